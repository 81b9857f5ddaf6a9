using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Twin.Calibration;

namespace RapidTuner.Bench.Accuracy;

/// <summary>
/// How well the twin predicts measurements that its constants were not fitted to: one table per file, rows left out by curve,
/// model or device.
/// </summary>
internal sealed class AccuracyBench : IBench
{
    public string Name => "accuracy";

    public string About => "error of the twin on held-out measurements: --tables ../shared/calibration --only share,gemm,attention,hybrid,requests,facts";

    public void Run(BenchOptions options, TextWriter output)
    {
        var folder = options.Text("tables", Path.Combine("..", "shared", "calibration"));
        var only = options.Text("only", "share,gemm,attention,hybrid,requests,facts").Split(',');
        options.Check();
        var catalogue = SpecCatalogue.Open();
        (string Name, Action Print)[] parts =
        [
            ("share", () => new ShareAccuracy(Rows("sm-share-latency.csv"), output).Print()),
            ("gemm", () => new GemmAccuracy(Rows("gemm.csv"), catalogue.CostPrior, output).Print()),
            ("attention", () => new AttentionAccuracy(Rows("attention-prefill.csv"), Rows("attention-decode.csv"), catalogue.CostPrior, output).Print()),
            ("hybrid", () => new HybridAccuracy(Rows("attention-mixed.csv"), Rows("layer-ops.csv"), output).Print()),
            ("requests", () => new RequestsAccuracy(Path.Combine(folder, "vllm-requests.csv"), catalogue, output).Print()),
            ("facts", () => new FactsAccuracy(catalogue, output).Print()),
        ];
        foreach (var (name, print) in parts)
        {
            if (only.Contains(name))
            {
                print();
            }
        }

        IReadOnlyList<KnownRow> Rows(string file) => TableMatch.Of(MeasuredTable.Read(Path.Combine(folder, file)), catalogue).Rows;
    }
}
