using RapidTuner.Engine.Twin.Calibration;

namespace RapidTuner.Bench.Accuracy;

/// <summary>Hybrid batches on RTX PRO 6000: attention of both phases in one call, and the other operators.</summary>
internal sealed class HybridAccuracy(IReadOnlyList<KnownRow> mixed, IReadOnlyList<KnownRow> operators, TextWriter output)
{
    public void Print()
    {
        var table = new MarkdownTable(output, "attention-mixed.csv and layer-ops.csv: every third curve left out");
        var mixedS = CrossValidation.Predict(TableKind.AttentionMixed, mixed, new ThirdsOfCurves(mixed).Of);
        table.Line("attention, all", mixed, mixedS, _ => true, "≤ 15 %");
        foreach (var part in new[] { "prefill", "decode", "mixed" })
        {
            table.Line($"attention, {part}", mixed, mixedS, r => r.Row.Part == part);
        }

        var operatorsS = CrossValidation.Predict(TableKind.LayerOps, operators, new ThirdsOfCurves(operators).Of);
        table.Line("operators, all", operators, operatorsS, _ => true, "≤ 15 %");
        foreach (var part in operators.Select(r => r.Row.Part).Distinct())
        {
            table.Line($"operators, {part}", operators, operatorsS, r => r.Row.Part == part);
        }

        var both = mixed.Concat(operators).ToArray();
        table.Line("both files", both, [.. mixedS, .. operatorsS], _ => true, "≤ 15 %");
    }
}
