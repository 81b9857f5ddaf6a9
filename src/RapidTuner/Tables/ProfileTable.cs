using System.Text.Json;
using System.Text.Json.Nodes;
using RapidTuner.Core;
using RapidTuner.Engine.Profiling;

namespace RapidTuner.Tables;

/// <summary>A profile's summary for a person and as JSON.</summary>
internal static class ProfileTable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>One JSON document; numbers in base units, what is not known null.</summary>
    public static string ToJson(ProfileSummary summary) => new JsonObject
    {
        ["device"] = summary.Device,
        ["model"] = summary.Model,
        ["units"] = summary.Units,
        ["rows"] = summary.Rows,
        ["missing"] = summary.Missing,
        ["throttled"] = summary.Throttled,
        ["clock_alone_hz"] = Number(summary.ClockAloneHz),
        ["clock_together_hz"] = Number(summary.ClockTogetherHz),
        ["curves"] = new JsonArray([.. summary.Curves.Select(c => new JsonObject
        {
            ["phase"] = Name(c.Phase),
            ["batch_seqs"] = c.BatchSeqs,
            ["seq_len_tokens"] = c.SeqLenTokens,
            ["saturation_units"] = c.SaturationUnits,
            ["half_over_full"] = c.HalfOverFull,
            ["units"] = new JsonArray([.. c.Points.Select(p => (JsonNode)p.Units)]),
            ["latency_s"] = new JsonArray([.. c.Points.Select(p => (JsonNode)p.MedianS)]),
        })]),
        ["contention"] = new JsonArray([.. summary.Contention.Select(c => new JsonObject
        {
            ["phase"] = Name(c.Point.Step.Phase),
            ["batch_seqs"] = c.Point.Step.BatchSeqs,
            ["seq_len_tokens"] = c.Point.Step.SeqLenTokens,
            ["units"] = c.Point.Step.Units,
            ["beside_batch_seqs"] = c.Point.Beside!.Value.BatchSeqs,
            ["beside_seq_len_tokens"] = c.Point.Beside.Value.SeqLenTokens,
            ["beside_units"] = c.Point.Beside.Value.Units,
            ["overlapped"] = c.Overlapped,
            ["factor"] = c.Factor,
        })]),
        ["facts"] = new JsonObject(summary.Facts.Select(f => KeyValuePair.Create(f.Key, Number(f.Value)))),
    }.ToJsonString(Indented);

    /// <summary>Curves with their saturation points, and contention by phase.</summary>
    public static void Write(ProfileSummary summary, TextWriter to)
    {
        to.WriteLine($"{summary.Model} on {summary.Device}: {summary.Rows} rows, {summary.Missing} missing, {summary.Throttled} throttled");
        to.WriteLine($"{"phase",-8} {"batch",6} {"tokens",7} {"full ms",10} {"half/full",10} {"saturation",11}");
        foreach (var curve in summary.Curves)
        {
            var full = curve.Points[^1].Units == summary.Units ? $"{curve.Points[^1].MedianS * 1e3:F3}" : "-";
            to.WriteLine(
                $"{Name(curve.Phase),-8} {curve.BatchSeqs,6} {curve.SeqLenTokens,7} {full,10} {(curve.HalfOverFull is { } h ? $"{h:F2}" : "-"),10} {(curve.SaturationUnits is { } s ? $"{s} of {summary.Units}" : "-"),11}");
        }

        foreach (var group in summary.Contention.GroupBy(c => (c.Point.Step.Phase, c.Overlapped)).OrderBy(g => g.Key))
        {
            var factors = group.Select(c => c.Factor).Order().ToArray();
            to.WriteLine(
                $"{Name(group.Key.Phase)} beside {(group.Key.Phase == Phase.Prefill ? "decode" : "prefill")}, {(group.Key.Overlapped ? "overlapped" : "disjoint")}: contention factor {factors[0]:F2} to {factors[^1]:F2}, median {factors[factors.Length / 2]:F2} ({factors.Length} points)");
        }

        foreach (var (name, value) in summary.Facts)
        {
            to.WriteLine($"{name} {value:G4}");
        }
    }

    private static JsonNode? Number(double value) => double.IsFinite(value) ? value : null;

    private static string Name(Phase phase) => phase == Phase.Prefill ? "prefill" : "decode";
}
