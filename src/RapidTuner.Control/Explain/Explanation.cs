using System.Globalization;
using System.Text;

namespace RapidTuner.Control.Explain;

/// <summary>Why a decision was made, told from its record alone.</summary>
public sealed record Explanation
{
    /// <summary>The explanation in a few sentences on one line, without candidates.</summary>
    public string Brief => $"{Decided}, because {Why}. Seen: {string.Join("; ", Seen)}.{(Otherwise.Length > 0 ? $" What would have changed it: {Otherwise}." : "")}";

    /// <summary>What was decided.</summary>
    public required string Decided { get; init; }

    /// <summary>What was observed, one fact a line.</summary>
    public required IReadOnlyList<string> Seen { get; init; }

    /// <summary>What was forecast; null when nothing was.</summary>
    public string? Forecast { get; init; }

    /// <summary>The candidates, best first, with what was expected of them.</summary>
    public required IReadOnlyList<string> Candidates { get; init; }

    /// <summary>Why this one.</summary>
    public required string Why { get; init; }

    /// <summary>What would have changed it.</summary>
    public required string Otherwise { get; init; }

    /// <summary>The model that predicted; "" when none did.</summary>
    public string ModelId { get; init; } = "";

    /// <summary>The whole as lines of text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"decided: {Decided}").AppendLine(CultureInfo.InvariantCulture, $"why: {Why}");
        foreach (var fact in Seen)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"seen: {fact}");
        }

        if (Forecast is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"forecast: {Forecast}");
        }

        foreach (var candidate in Candidates)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"candidate: {candidate}");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"otherwise: {Otherwise}");
        return ModelId.Length == 0 ? text.ToString() : text.AppendLine(CultureInfo.InvariantCulture, $"model: {ModelId}").ToString();
    }
}
