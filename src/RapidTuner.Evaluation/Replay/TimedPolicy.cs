using RapidTuner.Core.Control;

namespace RapidTuner.Evaluation.Replay;

/// <summary>Times one decision in <see cref="SampledEvery"/>; otherwise the policy itself.</summary>
internal sealed class TimedPolicy(IPolicy policy, TimeProvider clock) : IPolicy
{
    /// <summary>Decisions per timed one: reading the clock costs about as much as deciding.</summary>
    public const int SampledEvery = 64;

    private long _decisions;

    /// <summary>The timed decisions, seconds.</summary>
    public List<double> TookS { get; } = new(1024);

    /// <inheritdoc/>
    public string Name => policy.Name;

    /// <inheritdoc/>
    public Palette Palette => policy.Palette;

    /// <inheritdoc/>
    public Decision Decide(in Observation seen)
    {
        if (_decisions++ % SampledEvery != SampledEvery - 1)
        {
            return policy.Decide(in seen);
        }

        var startedAt = clock.GetTimestamp();
        var decision = policy.Decide(in seen);
        TookS.Add(clock.GetElapsedTime(startedAt).TotalSeconds);
        return decision;
    }
}
