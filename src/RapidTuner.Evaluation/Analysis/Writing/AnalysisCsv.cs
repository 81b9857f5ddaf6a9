using System.Text.Json.Nodes;

namespace RapidTuner.Evaluation.Analysis.Writing;

/// <summary>A report as one table <c>part,row,field,value</c>: every value of the JSON document on a line of its own, for scripts without a JSON reader.</summary>
public static class AnalysisCsv
{
    /// <summary>Writes the table.</summary>
    public static void Write(AnalysisReport report, TextWriter to)
    {
        to.Write("part,row,field,value\n");
        foreach (var (part, node) in AnalysisJson.NodesOf(report))
        {
            if (node is JsonArray rows)
            {
                for (var i = 0; i < rows.Count; i++)
                {
                    Lines(part, i, "", rows[i], to);
                }
            }
            else
            {
                Lines(part, 0, "", node, to);
            }
        }
    }

    private static void Lines(string part, int row, string field, JsonNode? node, TextWriter to)
    {
        switch (node)
        {
            case JsonObject inner:
                foreach (var (name, value) in inner)
                {
                    Lines(part, row, field.Length == 0 ? name : $"{field}.{name}", value, to);
                }

                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    Lines(part, row, $"{field}.{i}", items[i], to);
                }

                break;
            default:
                to.Write($"{part},{row},{Quoted(field)},{Quoted(node?.ToString() ?? "")}\n");
                break;
        }
    }

    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
