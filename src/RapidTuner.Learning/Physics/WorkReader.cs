using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Physics.Readings;
using RapidTuner.Learning.Tables;

namespace RapidTuner.Learning.Physics;

/// <summary>Recognises a table by its columns and reads it as work.</summary>
internal static class WorkReader
{
    private static readonly IWorkReading[] Readings =
    [
        new ShareLatencyReading(), new GemmReading(), new AttentionPrefillReading(), new AttentionDecodeReading(), new AttentionMixedReading(),
        new LayerOpsReading(), new EndToEndReading(), new RequestReading(), new InterferenceReading(), new ShareProbeReading(),
    ];

    /// <summary>Reads a table as work; <paramref name="kind"/> is that of a model fitted before, or null to recognise it.</summary>
    /// <exception cref="BadInputException">No kind of table has these columns; for the nearest kinds it says which are missing.</exception>
    public static WorkTable Read(Table table, string target, SpecCatalogue catalogue, string? kind = null)
    {
        var columns = new WorkColumns(table, catalogue);
        var reading = Readings.FirstOrDefault(r => kind is null ? Missing(r, columns).Count == 0 : r.Kind == kind) ?? throw Unknown(table, columns);
        if (Missing(reading, columns) is { Count: > 0 } missing)
        {
            throw new BadInputException($"{table.Path}:1:1", $"as {reading.Kind} the table lacks {string.Join(", ", missing)}", "add them");
        }

        var rows = new WorkRow[table.Rows];
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row] = reading.Read(columns, row, target);
        }

        var keys = reading.Levels.Select(level => columns.Keys(level)).OfType<string[]>().ToArray();
        return new WorkTable(reading.Kind, rows, keys, Derived(rows));
    }

    private static List<string> Missing(IWorkReading reading, WorkColumns columns) =>
        [.. reading.Required.Where(r => !r.Split('|').Any(any => any.Split('+').All(columns.Has))).Select(r => r.Replace("|", " or ", StringComparison.Ordinal).Replace("+", " and ", StringComparison.Ordinal))];

    private static BadInputException Unknown(Table table, WorkColumns columns)
    {
        var problems = new Problems();
        foreach (var (reading, missing) in Readings.Select(r => (r, Missing(r, columns))).OrderBy(p => p.Item2.Count / (double)p.r.Required.Count).Take(3))
        {
            problems.Add($"{table.Path}:1:1", $"for a physical law of kind {reading.Kind} the table lacks {string.Join(", ", missing)}", "add them, or use --trainer histogram");
        }

        return new BadInputException(problems);
    }

    /// <summary>What trees may ask for beside the columns: amounts of work that several columns make together.</summary>
    private static List<TableColumn> Derived(WorkRow[] rows)
    {
        (string Name, Func<WorkRow, double> Of)[] all =
        [
            ("work.tflop", r => r.Tflop), ("work.attention_tflop", r => r.AttentionTflop), ("work.weight_gb", r => r.WeightGb),
            ("work.kv_gb", r => r.KvGb), ("work.tokens", r => r.Tokens), ("work.waves", r => r.Units > 0 ? r.Tiles / r.Units : 0),
            ("work.wave_fill", r => r.Units > 0 && r.Tiles > 0 ? r.Tiles / r.Units / Math.Ceiling(r.Tiles / r.Units) : 0),
            ("work.intensity", r => (r.Tflop + r.AttentionTflop) / (r.WeightGb + r.ActivationGb + r.KvGb + 1e-12)),
            ("work.peak_tflop_per_s", r => r.PeakTflopPerS), ("work.peak_gb_per_s", r => r.PeakGbPerS),
        ];
        return [.. all.Select(d => new TableColumn(d.Name, [.. rows.Select(d.Of)], null))];
    }
}
