using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Errors;

namespace RapidTuner.Bench.Policies;

/// <summary>
/// A latency predictor that is broken, as <c>learned</c> would meet it: what it says has little or nothing to do with what steps take. The same question
/// has the same answer, so that runs repeat.
/// </summary>
/// <param name="kind">One of <see cref="Kinds"/>.</param>
/// <param name="sound">What a sound predictor says.</param>
internal sealed class GarbageLatency(string kind, IStepLatency sound) : IStepLatency
{
    /// <summary>Ways to be broken.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["random", "nan", "tiny", "huge", "constant", "inverted"];

    // A typical step; a predictor that always says so is right on average and knows nothing.
    private const double TypicalS = 0.04;
    private const double RandomFactorMax = 30;

    /// <summary>The kinds that <c>--predictor</c> names: <c>garbage</c> is all of them, <c>garbage:KIND</c> one, <c>sound</c> none.</summary>
    /// <exception cref="BadInputException">It names none.</exception>
    public static IReadOnlyList<string> Parse(string text) => text switch
    {
        "sound" => [],
        "garbage" => Kinds,
        _ when text.StartsWith("garbage:", StringComparison.Ordinal) && Kinds.Contains(text[8..]) => [text[8..]],
        _ => throw new BadInputException("--predictor", $"'{text}' is no predictor", $"give sound, garbage or garbage: and one of {string.Join(", ", Kinds)}"),
    };

    /// <inheritdoc/>
    public double AloneS(Phase phase, in StepWork work, int units) =>
        Spoil(sound.AloneS(phase, in work, kind == "inverted" ? 1 : units), HashCode(phase, in work, units, 0), units);

    /// <inheritdoc/>
    public double BesideS(Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits) =>
        Spoil(sound.BesideS(phase, in work, kind == "inverted" ? 1 : units, in beside, besideUnits), HashCode(phase, in work, units, (ulong)besideUnits), units);

    private double Spoil(double soundS, ulong hash, int units) => kind switch
    {
        "random" => soundS * Math.Pow(RandomFactorMax, (2.0 * (hash >> 11) / (1UL << 53)) - 1),
        "nan" => double.NaN,
        "tiny" => 1e-6,
        "huge" => 1e3,

        // More units, more time: the slowest count is said to be the fastest.
        "inverted" => soundS * units / 100,
        _ => TypicalS,
    };

    private static ulong HashCode(Phase phase, in StepWork work, int units, ulong besideUnits)
    {
        var key = ((ulong)phase << 60) ^ ((ulong)units << 40) ^ (besideUnits << 50) ^ ((ulong)work.Sequences << 20) ^ (ulong)work.NewTokens ^ ((ulong)work.ContextTokens << 8);
        key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9;
        key = (key ^ (key >> 27)) * 0x94D049BB133111EB;
        return key ^ (key >> 31);
    }
}
