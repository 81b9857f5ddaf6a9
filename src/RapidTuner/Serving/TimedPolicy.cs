using RapidTuner.Core.Control;

namespace RapidTuner.Serving;

/// <summary>A policy whose decisions are timed. Two looks at the clock and one count: nothing is allocated.</summary>
/// <param name="inner">Decides.</param>
/// <param name="clock">Times.</param>
/// <param name="took">Takes the times, seconds.</param>
internal sealed class TimedPolicy(IPolicy inner, TimeProvider clock, RollingHistogram took) : IPolicy
{
    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public Palette Palette => inner.Palette;

    /// <inheritdoc/>
    public Decision Decide(in Observation seen)
    {
        var from = clock.GetTimestamp();
        var decided = inner.Decide(in seen);
        took.Add(seen.NowS, clock.GetElapsedTime(from).TotalSeconds, 1);
        return decided;
    }
}
