using System.Text.Json;
using RapidTuner.Engine.Twin.Calibration;

namespace RapidTuner.Tables;

/// <summary>Shows how well the twin predicts a table: for people, and as JSON (CONTRACT §4).</summary>
internal static class CheckTable
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The score as one JSON document.</summary>
    public static string ToJson(TableCheck check) => JsonSerializer.Serialize(
        new
        {
            check.Total.Rows,
            check.Skipped,
            check.Total.Mape,
            check.Total.MedianApe,
            check.Total.P90Ape,
            check.Total.Bias,
            check.By,
        },
        Snake);

    /// <summary>The score as a table.</summary>
    public static void Write(TableCheck check, TextWriter to)
    {
        to.WriteLine($"{"",-40} {"rows",7} {"mape",8} {"median",8} {"p90",8} {"bias",8}");
        Line(to, "all", check.Total);
        foreach (var (name, scores) in check.By)
        {
            foreach (var (value, score) in scores)
            {
                Line(to, $"{name} {value}", score);
            }
        }

        if (check.Skipped > 0)
        {
            to.WriteLine($"{check.Skipped} rows skipped: their device, model or stack is unknown");
        }
    }

    private static void Line(TextWriter to, string name, Score score) =>
        to.WriteLine($"{name,-40} {score.Rows,7} {score.Mape,8:P1} {score.MedianApe,8:P1} {score.P90Ape,8:P1} {score.Bias,8:+0.0%;-0.0%}");
}
