using System.Globalization;
using System.Text;

namespace RapidTuner.Learning.Registry;

/// <summary>A model's card: what anyone should know before trusting it, in Markdown, written from its entry.</summary>
internal static class ModelCard
{
    /// <summary>The card of an entry.</summary>
    public static string Of(RegistryEntry entry)
    {
        var card = new StringBuilder();
        card.Append($"# {entry.Id}\n\n{entry.Use}\n\n");
        card.Append("| | |\n|---|---|\n");
        Row("predicts", $"`{entry.Target}` for {entry.Scope}");
        Row("trainer", $"{entry.Trainer}, seed {entry.Seed}, {entry.Program}");
        Row("data", $"{entry.Rows.ToString("N0", CultureInfo.InvariantCulture)} samples, {entry.DataOrigin}");
        Row("data window", $"{TimeOf(entry.DataFromUs)} to {TimeOf(entry.DataToUs)}");
        Row("to replace", entry.Parent.Length == 0 ? "nothing" : entry.Parent);
        Row("gate", entry.GateFailures.Count == 0 ? "passed" : "failed: " + string.Join("; ", entry.GateFailures));
        Row("SHA-256", $"`{entry.Checksum}`");
        card.Append("\n## Features\n\n").AppendJoin(", ", entry.Features.Select(f => $"`{f}`")).Append("\n\n## Hyper-parameters\n\n");
        card.AppendJoin(", ", entry.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"`{p.Key}` {Number(p.Value)}")).Append('\n');
        AppendMetrics(card, entry);
        return card.ToString();

        void Row(string name, string value) => card.Append($"| {name} | {value.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
    }

    private static void AppendMetrics(StringBuilder card, RegistryEntry entry)
    {
        string[] names = [.. entry.Metrics.Values.SelectMany(m => m.Keys).Distinct(StringComparer.Ordinal)];
        if (names.Length == 0)
        {
            return;
        }

        card.Append("\n## Held-out metrics per group\n\n| group | ").AppendJoin(" | ", names).Append(" |\n|---|");
        card.Append(string.Concat(Enumerable.Repeat("---|", names.Length))).Append('\n');
        foreach (var (group, metrics) in entry.Metrics.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            card.Append($"| {group} | ").AppendJoin(" | ", names.Select(n => metrics.TryGetValue(n, out var v) ? Number(v) : "")).Append(" |\n");
        }
    }

    private static string TimeOf(long us) => us == 0 ? "virtual time 0" : DateTimeOffset.FromUnixTimeMilliseconds(us / 1000).ToString("u", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 1000 ? "F0" : "G4", CultureInfo.InvariantCulture);
}
