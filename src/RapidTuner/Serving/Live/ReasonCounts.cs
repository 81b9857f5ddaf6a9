using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Serving.Live;

/// <summary>
/// How often each reason decided, in all and over the latest minute: what the policy does, how often decode waits, how often guardrails act. Written on the
/// engine's thread, without allocation; any thread reads (a reader may miss the second under way).
/// </summary>
internal sealed class ReasonCounts : IEngineObserver
{
    /// <summary>What <see cref="OverMinute"/> looks back at, seconds.</summary>
    public const int Seconds = 60;

    private static readonly int Reasons = Enum.GetValues<Reason>().Length;

    private readonly long[] _all = new long[Reasons];
    private readonly long[] _bySecond = new long[Seconds * Reasons];
    private readonly long[] _secondOf = new long[Seconds];

    /// <inheritdoc/>
    public void OnStep(in StepSample step)
    {
    }

    /// <inheritdoc/>
    public void OnGaps(double nowS, double gapS, int count)
    {
    }

    /// <inheritdoc/>
    public void OnRequest(in RequestSample request)
    {
    }

    /// <inheritdoc/>
    public void OnDecision(in Observation seen, in Decision decided)
    {
        var second = (long)seen.NowS;
        var slot = (int)(second % Seconds);
        if (_secondOf[slot] != second)
        {
            Array.Clear(_bySecond, slot * Reasons, Reasons);
            _secondOf[slot] = second;
        }

        _bySecond[(slot * Reasons) + (int)decided.Reason]++;
        _all[(int)decided.Reason]++;
    }

    /// <summary>Decisions with a reason since the start.</summary>
    public long InAll(Reason reason) => Volatile.Read(ref _all[(int)reason]);

    /// <summary>Decisions with a reason over the minute before <paramref name="nowS"/>, engine seconds.</summary>
    public long OverMinute(Reason reason, double nowS)
    {
        var sum = 0L;
        for (var slot = 0; slot < Seconds; slot++)
        {
            if (_secondOf[slot] > (long)nowS - Seconds)
            {
                sum += Volatile.Read(ref _bySecond[(slot * Reasons) + (int)reason]);
            }
        }

        return sum;
    }
}
