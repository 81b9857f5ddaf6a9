using System.Globalization;
using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Twin.Calibration;

namespace RapidTuner.Bench.Accuracy;

/// <summary>Single matrix products.</summary>
internal sealed class GemmAccuracy(IReadOnlyList<KnownRow> rows, DeviceCost prior, TextWriter output)
{
    public void Print()
    {
        var table = new MarkdownTable(output, "gemm.csv: one model left out (where the table names no model: one output width)");
        var predictedS = CrossValidation.Predict(TableKind.Gemm, rows, GroupOf);
        table.Line("all models", rows, predictedS, r => r.Row.Model.Length > 0, "≤ 6 %");
        foreach (var (device, stack) in rows.Select(r => (r.Device.Name, r.Stack.Name)).Distinct())
        {
            table.Line($"{device}, {stack}", rows, predictedS, r => r.Device.Name == device && r.Stack.Name == stack);
        }

        var plain = rows.Where(r => r.Stack.MatmulOperandBytes == 2).ToArray();
        table = new MarkdownTable(output, "gemm.csv, 16 bit: one GPU left out, its datasheet alone");
        predictedS = CrossValidation.PredictUnseenDevices(TableKind.Gemm, plain, prior);
        table.Line("all GPUs", plain, predictedS, _ => true, "≤ 15 %");
        foreach (var (device, stack) in plain.Select(r => (r.Device.Name, r.Stack.Name)).Distinct())
        {
            table.Line($"{device}, {stack}", plain, predictedS, r => r.Device.Name == device && r.Stack.Name == stack);
        }
    }

    private static string GroupOf(KnownRow row) =>
        row.Row.Model.Length > 0 ? row.Row.Model : ((GemmRow)row.Row).Columns.ToString(CultureInfo.InvariantCulture);
}
