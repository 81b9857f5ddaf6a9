using System.Text.Json;
using System.Text.Json.Serialization;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Commands;

/// <summary>Models as lines for people, or as JSON.</summary>
internal static class ModelsTable
{
    /// <summary>How it is written.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>A model as a JSON object.</summary>
    public static object Row(RegisteredModel model)
    {
        var entry = model.Entry;
        return new
        {
            entry.Id, model.Status, model.Pinned, entry.Target, entry.Scope, entry.Trainer, entry.CreatedUs, entry.Parent, entry.DataFromUs, entry.DataToUs, entry.DataOrigin,
            entry.Rows, entry.Features, entry.Seed, entry.Parameters, entry.Metrics, entry.GateFailures, entry.Checksum, entry.Program,
        };
    }

    /// <summary>Models as lines.</summary>
    public static void Write(TextWriter to, IReadOnlyList<RegisteredModel> models)
    {
        var width = Math.Max(5, models.Select(m => m.Entry.Id.Length).DefaultIfEmpty(0).Max());
        to.WriteLine($"{"model".PadRight(width)}  {"status",-11}{"samples",9}{"error",9}  ");
        foreach (var model in models)
        {
            var error = model.Entry.Metrics.Values.Where(m => m.ContainsKey("mape") && m.ContainsKey("rows")).ToArray();
            var rows = error.Sum(m => m["rows"]);
            var mape = rows > 0 ? (error.Sum(m => m["rows"] * m["mape"]) / rows).ToString("P2") : "-";
            var note = model.Entry.GateFailures.Count > 0 ? string.Join("; ", model.Entry.GateFailures) : model.Pinned ? "pinned" : "";
            to.WriteLine($"{model.Entry.Id.PadRight(width)}  {model.Status.ToString().ToLowerInvariant(),-11}{model.Entry.Rows,9}{mape,9}  {note}".TrimEnd());
        }
    }
}
