using System.Globalization;
using RapidTuner.Core.Errors;

namespace RapidTuner.Bench.SlowApply;

/// <summary>How long an engine takes to apply a split.</summary>
/// <param name="S">Seconds.</param>
/// <param name="Restarts">True: it is a restart.</param>
internal sealed record ApplyTime(double S, bool Restarts)
{
    private const char RestartMark = 'r';

    /// <summary>Reads a list such as <c>0,1,10,60r</c>.</summary>
    /// <exception cref="BadInputException">It is none.</exception>
    public static IReadOnlyList<ApplyTime> Parse(string list) => [.. list.Split(',').Select(One)];

    /// <summary>As it is written in the list.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{S}{(Restarts ? "r" : "")}");

    private static ApplyTime One(string text) =>
        double.TryParse(text.TrimEnd(RestartMark), NumberStyles.Float, CultureInfo.InvariantCulture, out var s) && s is >= 0 and <= 86_400
            ? new ApplyTime(s, text.EndsWith(RestartMark))
            : throw new BadInputException("--apply", $"'{text}' is no time", "give seconds, with an r behind where it is a restart, such as 0,1,10,60r");
}
