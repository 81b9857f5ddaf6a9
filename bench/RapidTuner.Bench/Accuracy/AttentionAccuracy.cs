using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Twin.Calibration;

namespace RapidTuner.Bench.Accuracy;

/// <summary>One layer's attention, prefill and decode.</summary>
internal sealed class AttentionAccuracy(IReadOnlyList<KnownRow> prefill, IReadOnlyList<KnownRow> decode, DeviceCost prior, TextWriter output)
{
    public void Print()
    {
        Print("attention-prefill.csv", TableKind.AttentionPrefill, prefill);
        Print("attention-decode.csv", TableKind.AttentionDecode, decode);
    }

    private void Print(string file, TableKind kind, IReadOnlyList<KnownRow> rows)
    {
        var table = new MarkdownTable(output, $"{file}: every third pair of heads and batch left out");
        Lines(table, rows, CrossValidation.Predict(kind, rows, new ThirdsOfCurves(rows).Of), "≤ 10 %");
        table = new MarkdownTable(output, $"{file}: one GPU left out, its datasheet alone");
        Lines(table, rows, CrossValidation.PredictUnseenDevices(kind, rows, prior), "");
    }

    private static void Lines(MarkdownTable table, IReadOnlyList<KnownRow> rows, double[] predictedS, string aim)
    {
        table.Line("all", rows, predictedS, _ => true, aim);
        foreach (var (device, stack) in rows.Select(r => (r.Device.Name, r.Stack.Name)).Distinct())
        {
            table.Line($"{device}, {stack}", rows, predictedS, r => r.Device.Name == device && r.Stack.Name == stack);
        }
    }
}
