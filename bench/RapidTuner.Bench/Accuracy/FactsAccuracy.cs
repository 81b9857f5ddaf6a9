using RapidTuner.Core;
using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Twin.Cost;

namespace RapidTuner.Bench.Accuracy;

/// <summary>
/// Published figures on masks and contention beside what the twin gives. They are shapes and bounds, some second-hand, and were
/// measured on other models: no score is made of them.
/// </summary>
internal sealed class FactsAccuracy(SpecCatalogue catalogue, TextWriter output)
{
    public void Print()
    {
        output.WriteLine();
        output.WriteLine("### published-facts.csv: shapes and bounds");
        output.WriteLine();
        output.WriteLine("| figure | published | twin |");
        output.WriteLine("|---|---|---|");
        Mi300X();
        H200();
        Contention("a100-80g", "llama-3.1-8b", "≤ 1.20 (second-hand)");
        Contention("h100", "llama-3.1-8b", "≤ 1.30 (second-hand)");
        Contention("l20", "qwen2.5-3b", "≤ 1.36 (second-hand)");
        Bandwidth();
    }

    private void Mi300X()
    {
        var cost = new CostModel(catalogue.Device("mi300x"), catalogue.Model("llama-3.1-70b"), catalogue.Stack("graphs"), 8, CostOptions.Default);
        var prefill = cost.Prepare(Phase.Prefill, StepWork.Prefill(1, 65536, 0));
        foreach (var (units, published) in new[] { (272, 1.04), (240, 1.09), (208, 1.17), (176, 1.33), (144, 1.51) })
        {
            Line($"MI300X prefill of 65,536 tokens alone on {units} of 304, relative to all", $"{published:0.00}", cost.AloneS(prefill, units) / cost.AloneS(prefill, 304));
        }

        foreach (var (batch, units, published) in new[] { (128, 32, 142.0 / 27), (128, 64, 74.0 / 27), (128, 128, 42.0 / 27), (128, 160, 40.0 / 27), (1, 32, 40.0 / 13.5), (1, 128, 14.5 / 13.5) })
        {
            var decode = cost.Prepare(Phase.Decode, StepWork.Decode(batch, 16L * batch));
            Line($"MI300X decode of {batch} alone on {units} of 304, relative to all (published: feed-forward alone)", $"{published:0.00}", cost.AloneS(decode, units) / cost.AloneS(decode, 304));
        }

        foreach (var (units, published) in new[] { (32, 1.62), (64, 1.52), (96, 1.42), (128, 1.35), (160, 1.25) })
        {
            var decode = cost.Prepare(Phase.Decode, StepWork.Decode(128, 128 * 16));
            cost.BesideS(prefill, 304 - units, decode, units, out var prefillS, out var decodeS);
            Line($"MI300X decode of 128 on {units} beside prefill on the rest, relative to alone", $"{published:0.00}", decodeS / cost.AloneS(decode, units));
            Line("… the prefill beside it", "1.04–1.06", prefillS / cost.AloneS(prefill, 304 - units));
        }
    }

    private void H200()
    {
        var cost = new CostModel(catalogue.Device("h200"), catalogue.Model("qwen2.5-3b"), catalogue.Stack("graphs"), 1, CostOptions.Default);
        var decode = cost.Prepare(Phase.Decode, StepWork.Decode(16, 16 * 500));
        foreach (var (units, published) in new[] { (32, 1.33), (48, 1.21), (64, 1.09), (80, 1.08), (96, 1.06) })
        {
            Line($"H200 decode step of 16 on {units} of 132, relative to all (published: a speech model)", $"{published:0.00}", cost.AloneS(decode, units) / cost.AloneS(decode, 132));
        }

        var prefill = cost.Prepare(Phase.Prefill, StepWork.Prefill(1, 4096, 0));
        foreach (var (units, published) in new[] { (32, 2.5), (48, 1.83), (64, 1.49), (80, 1.3), (96, 1.18) })
        {
            Line($"H200 compute-bound step on {units} of 132, relative to all (published: a vocoder)", $"{published:0.00}", cost.AloneS(prefill, units) / cost.AloneS(prefill, 132));
        }
    }

    private void Contention(string device, string model, string published)
    {
        var cost = new CostModel(catalogue.Device(device), catalogue.Model(model), catalogue.Stack("graphs"), 1, CostOptions.Default);
        var worst = 0.0;
        foreach (var units in cost.Device.AllowedUnits().Where(u => u >= cost.Device.Units / 4 && u <= cost.Device.Units * 3 / 4))
        {
            var prefill = cost.Prepare(Phase.Prefill, StepWork.Prefill(1, 2048, 0));
            var decode = cost.Prepare(Phase.Decode, StepWork.Decode(32, 32_000));
            cost.BesideS(prefill, cost.Device.Units - units, decode, units, out _, out var decodeS);
            worst = Math.Max(worst, decodeS / cost.AloneS(decode, units));
        }

        Line($"{device} {model}: worst slowdown of decode beside prefill, disjoint, a quarter to three quarters of the units", published, worst);
    }

    private void Bandwidth()
    {
        var curves = new ShareCurves(catalogue.Device("h100"));
        foreach (var (share, published) in new[] { (0.08, 0.18), (0.32, 0.59), (0.64, 0.86) })
        {
            Line($"H100 bandwidth at {share:P0} of the SMs, relative to all", $"{published:0.00} (of the peak; second-hand)", curves.BandwidthShare((int)Math.Round(share * 132)));
        }
    }

    private void Line(string figure, string published, double twin) => output.WriteLine($"| {figure} | {published} | {twin:0.00} |");
}
