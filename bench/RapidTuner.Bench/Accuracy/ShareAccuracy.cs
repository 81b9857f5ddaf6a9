using RapidTuner.Core.Numerics;
using RapidTuner.Engine.Twin.Calibration;

namespace RapidTuner.Bench.Accuracy;

/// <summary>Whole forward passes over shares of an A100.</summary>
internal sealed class ShareAccuracy(IReadOnlyList<KnownRow> rows, TextWriter output)
{
    public void Print()
    {
        var one = rows.Where(r => ((ShareRow)r.Row).TensorParallel == 1).ToArray();
        var thirds = new ThirdsOfCurves(one);
        var table = new MarkdownTable(output, "sm-share-latency.csv, one GPU: every third curve left out");
        var predictedS = CrossValidation.Predict(TableKind.ShareLatency, one, thirds.Of);
        foreach (var phase in new[] { "prefill", "decode" })
        {
            table.Line(phase, one, predictedS, r => r.Row.Part == phase, "MAPE ≤ 5 %, p90 ≤ 12 %");
            table.Line($"{phase}: t(share) / t(1)", Score.Of(Ratios(one, predictedS, phase)), "≤ 4 %");
            table.Line($"{phase}: isotonic curve through the measured, the floor", Score.Of(Floor(one, phase)));
        }

        var many = rows.Where(r => ((ShareRow)r.Row).TensorParallel > 1).ToArray();
        table = new MarkdownTable(output, "sm-share-latency.csv, 2 to 8 GPUs: one model left out");
        predictedS = CrossValidation.Predict(TableKind.ShareLatency, many, r => r.Model!.Name);
        foreach (var phase in new[] { "prefill", "decode" })
        {
            table.Line(phase, many, predictedS, r => r.Row.Part == phase, phase == "prefill" ? "≤ 7 %" : "≤ 9 %");
            foreach (var model in many.Select(r => r.Model!.Name).Distinct())
            {
                table.Line($"{phase} {model}", many, predictedS, r => r.Row.Part == phase && r.Model!.Name == model);
            }

            if (phase == "prefill")
            {
                table.Line("prefill below 32,768 tokens a step", many, predictedS, r => r.Row.Part == phase && ((ShareRow)r.Row).Work.NewTokens < 32_768);
            }

            table.Line($"{phase}: isotonic curve through the measured, the floor", Score.Of(Floor(many, phase)));
        }
    }

    private static IEnumerable<(double PredictedS, double MeasuredS)> Ratios(KnownRow[] rows, double[] predictedS, string phase)
    {
        foreach (var curve in Curves(rows, phase))
        {
            var whole = curve.FirstOrDefault(at => ((ShareRow)rows[at].Row).Share == 1, -1);
            if (whole < 0)
            {
                continue;
            }

            foreach (var at in curve.Where(at => at != whole))
            {
                yield return (predictedS[at] / predictedS[whole], rows[at].Row.MeasuredS / rows[whole].Row.MeasuredS);
            }
        }
    }

    private static IEnumerable<(double PredictedS, double MeasuredS)> Floor(KnownRow[] rows, string phase)
    {
        foreach (var curve in Curves(rows, phase))
        {
            var measuredS = curve.Select(at => rows[at].Row.MeasuredS).ToArray();
            foreach (var pair in IsotonicCurve.Falling(measuredS).Zip(measuredS))
            {
                yield return pair;
            }
        }
    }

    private static IEnumerable<int[]> Curves(KnownRow[] rows, string phase) =>
        Enumerable.Range(0, rows.Length).Where(at => rows[at].Row.Part == phase).GroupBy(at => rows[at].Row.Curve)
            .Select(c => c.OrderBy(at => ((ShareRow)rows[at].Row).Share).ToArray());
}
