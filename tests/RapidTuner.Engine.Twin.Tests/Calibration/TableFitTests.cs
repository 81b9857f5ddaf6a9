using System.Globalization;
using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Twin.Calibration;
using RapidTuner.Engine.Twin.Cost;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Engine.Twin.Tests.Calibration;

public sealed class TableFitTests : IDisposable
{
    private readonly string _table = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".csv");

    public void Dispose() => File.Delete(_table);

    [Fact]
    public void Fit_TableMadeByTheTwin_FindsItsConstantsAgain()
    {
        var device = Unfitted("h200");
        var truth = new Dictionary<string, double>
        {
            ["cost.matmul_efficiency"] = 0.7, ["cost.weight_bandwidth_efficiency"] = 0.7, ["cost.kernel_floor_s"] = 5e-6,
        };
        WriteGemm(With(device, truth));
        var table = MeasuredTable.Read(_table);
        var fitted = TableFit.Fit(table, device, TableMatch.Of(table, Models.Catalogue, device));

        Assert.InRange(Check(table, device).Total.Mape!.Value, 0.05, 1);
        Assert.InRange(Check(table, fitted).Total.Mape!.Value, 0, 0.005);
        foreach (var (key, value) in truth)
        {
            var constant = fitted.Fits["graphs"][key];
            Assert.InRange(constant.Value / value, 0.97, 1.03);
            Assert.InRange(value, constant.Low * 0.97, constant.High * 1.03);
            Assert.Contains("calibrate: ", constant.Source, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Fit_WrittenAndRead_PredictsTheSame()
    {
        var device = Unfitted("h200");
        WriteGemm(With(device, new Dictionary<string, double> { ["cost.matmul_efficiency"] = 0.8 }));
        var table = MeasuredTable.Read(_table);
        var fitted = TableFit.Fit(table, device, TableMatch.Of(table, Models.Catalogue, device));
        var path = _table + ".json";
        File.WriteAllText(path, SpecWriter.Write(fitted));
        var read = Models.Catalogue.Device(path);
        File.Delete(path);

        Assert.Equal(TableFit.Fit(table, device, TableMatch.Of(table, Models.Catalogue, device)).Fits["graphs"], fitted.Fits["graphs"]);
        Assert.Equal(Check(table, fitted).Total, Check(table, read).Total);
    }

    [Fact]
    public void Fit_TwoRows_StaysNearThePrior()
    {
        var device = Unfitted("h200");
        File.WriteAllLines(_table, ["gpu,dtype,m_tokens,n_out,k_in,latency_ms", "H200,bf16,4096,4096,4096,5", "H200,bf16,1,4096,4096,0.5"]);
        var table = MeasuredTable.Read(_table);
        var fitted = TableFit.Fit(table, device, TableMatch.Of(table, Models.Catalogue, device)).Fits["graphs"];
        Assert.InRange(fitted["cost.tile64_by64"].Value / device.Cost.Tile64By64, 0.8, 1.25);
        Assert.InRange(fitted["cost.matmul_efficiency"].Value, 0.3, 1);
    }

    [SharedFact]
    public void Fit_MeasuredShares_PredictsThem()
    {
        var lines = File.ReadAllLines(SharedData.PathOf("calibration/sm-share-latency.csv"));
        File.WriteAllLines(_table, lines.Where((l, at) => at == 0 || l.Contains(",A100-80GB,1,", StringComparison.Ordinal)));
        var table = MeasuredTable.Read(_table);
        var device = Models.Catalogue.Device("a100-80g");
        var fitted = TableFit.Fit(table, device, TableMatch.Of(table, Models.Catalogue, device));
        var check = Check(table, fitted);
        Assert.InRange(check.By["part"]["prefill"].Mape!.Value, 0, 0.035);
        Assert.InRange(check.By["part"]["decode"].Mape!.Value, 0, 0.035);
        Assert.InRange(check.Total.P90Ape!.Value, 0, 0.08);
    }

    [SharedFact]
    public void Check_ShippedDevices_AreTheFittedOnes()
    {
        (string Name, double MapeMax)[] tables =
        [
            ("gemm", 0.08), ("attention-prefill", 0.09), ("attention-decode", 0.09), ("attention-mixed", 0.08), ("layer-ops", 0.15), ("sm-share-latency", 0.07),
        ];
        foreach (var (name, mapeMax) in tables)
        {
            var check = TableCheck.Of(TableMatch.Of(MeasuredTable.Read(SharedData.PathOf($"calibration/{name}.csv")), Models.Catalogue));
            Assert.True(check.Total.Mape <= mapeMax, $"{name}: {check.Total.Mape}");
        }
    }

    private static DeviceSpec Unfitted(string name) => With(Models.Catalogue.Device(name), []);

    private static DeviceSpec With(DeviceSpec device, Dictionary<string, double> truth) =>
        SpecConstants.Map(device, (key, c) => truth.TryGetValue(key, out var value) ? c with { Value = value } : c) with
        {
            Fits = new SortedDictionary<string, IReadOnlyDictionary<string, Constant>>(),
        };

    private static TableCheck Check(MeasuredTable table, DeviceSpec device) => TableCheck.Of(TableMatch.Of(table, Models.Catalogue, device));

    private void WriteGemm(DeviceSpec device)
    {
        var laws = new Laws(new FittedPair(device, Models.Catalogue.Stack("graphs")));
        var rows =
            from m in new[] { 1, 16, 64, 128, 256, 512, 1024, 4096 }
            from n in new[] { 1024, 4096, 14336 }
            from k in new[] { 1024, 4096, 8192 }
            select $"H200,bf16,{m},{n},{k},{(laws.Gemm.Of(m, n, k, 2, device.Units).TotalS * 1e3).ToString("G9", CultureInfo.InvariantCulture)}";
        File.WriteAllLines(_table, rows.Prepend("gpu,dtype,m_tokens,n_out,k_in,latency_ms"));
    }
}
