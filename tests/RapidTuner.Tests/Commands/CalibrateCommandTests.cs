using System.Text.Json.Nodes;

namespace RapidTuner.Tests.Commands;

public sealed class CalibrateCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string Table => Path.Combine(_folder, "t.csv");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Check_Json_HasTheContractsFields()
    {
        Write();
        var run = await ProgramRun.Of("calibrate", "--check", "--table", Table, "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        var json = JsonNode.Parse(run.Out)!;
        Assert.Equal(12, json["rows"]!.GetValue<int>());
        Assert.Equal(1, json["skipped"]!.GetValue<int>());
        Assert.InRange(json["mape"]!.GetValue<double>(), 0, 1);
        Assert.InRange(json["median_ape"]!.GetValue<double>(), 0, 1);
        Assert.InRange(json["p90_ape"]!.GetValue<double>(), 0, 1);
        Assert.Equal(12, json["by"]!["device"]!["h100"]!["rows"]!.GetValue<int>());
    }

    [Fact]
    public async Task Fit_ThenCheckWithTheFittedDevice_IsBetter()
    {
        Write();
        var fitted = Path.Combine(_folder, "D2.json");
        var before = await ProgramRun.Of("calibrate", "--check", "--table", Table, "--json");
        Assert.Equal(ExitCode.Done, (await ProgramRun.Of("calibrate", "--table", Table, "--device", "h100", "--out", fitted)).ExitCode);
        var after = await ProgramRun.Of("calibrate", "--check", "--table", Table, "--device", fitted, "--json");
        Assert.True(Mape(after) < 0.8 * Mape(before), $"{Mape(before)} → {Mape(after)}");

        static double Mape(ProgramRun run) => JsonNode.Parse(run.Out)!["mape"]!.GetValue<double>();
    }

    [Fact]
    public async Task Run_NothingGiven_TellsAllThatIsMissing()
    {
        var run = await ProgramRun.Of("calibrate");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Empty(run.Out);
        Assert.Contains("--table: is missing", run.Error, StringComparison.Ordinal);
        Assert.Contains("--device: is missing", run.Error, StringComparison.Ordinal);
        Assert.Contains("--out: is missing", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_BadNumber_ExitsTwoWithItsPlace()
    {
        File.WriteAllLines(Table, ["gpu,dtype,m_tokens,n_out,k_in,latency_ms", "H100,bf16,1,64,64,fast"]);
        var run = await ProgramRun.Of("calibrate", "--check", "--table", Table);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Empty(run.Out);
        Assert.Contains("t.csv:2:19: latency_ms is \"fast\"", run.Error, StringComparison.Ordinal);
    }

    private void Write()
    {
        int[] sizes = [16, 64, 256, 1024, 2048, 4096];
        var rows = sizes.SelectMany(m => new[] { 4096, 8192 }.Select(n => $"H100,bf16,{m},{n},4096,{0.04 + (2e-12 * m * n * 4096 / 0.5)}"));
        File.WriteAllLines(Table, rows.Append("TPUv9,bf16,1,64,64,0.1").Prepend("gpu,dtype,m_tokens,n_out,k_in,latency_ms"));
    }
}
