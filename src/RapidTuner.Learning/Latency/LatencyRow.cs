using RapidTuner.Core;
using RapidTuner.Core.Samples;

namespace RapidTuner.Learning.Latency;

/// <summary>One step to learn from.</summary>
/// <param name="Seq">Its number in the store.</param>
/// <param name="EndS">When it ended, seconds.</param>
/// <param name="LogS">Logarithm of its duration, seconds.</param>
/// <param name="Work">What it computed.</param>
/// <param name="Units">Its units.</param>
/// <param name="Beside">What the other phase computed beside it; empty: alone.</param>
/// <param name="BesideUnits">The other's units; 0: alone.</param>
internal readonly record struct LatencyRow(long Seq, double EndS, double LogS, StepWork Work, int Units, StepWork Beside, int BesideUnits)
{
    /// <summary>Beside the other phase for at most this share of its time a step counts as alone. Chosen: below the noise of a step.</summary>
    private const double AloneShareMax = 0.02;

    /// <summary>From this share on it counts as beside all along. Chosen: a tenth of a slowing of 1.3 is 3 %.</summary>
    private const double BesideShareMin = 0.9;

    /// <summary>The row of a sample; false when a model of single phases on <paramref name="deviceUnits"/> learns nothing from it.</summary>
    public static bool TryRead(in StepSample sample, int deviceUnits, out LatencyRow row)
    {
        var durationS = sample.EndS - sample.StartS;
        var alone = sample.Beside.Sequences == 0 || sample.BesideUnits == 0 || sample.BesideShare <= AloneShareMax;
        var known = sample.Phase != Phase.Hybrid && sample.DeviceUnits == deviceUnits && durationS > 0 && double.IsFinite(durationS) && double.IsFinite(sample.EndS)
            && sample.Units >= 1 && sample.Units <= deviceUnits && sample.Work is { Sequences: > 0, NewTokens: > 0, ContextTokens: >= 0 }
            && double.IsFinite(sample.Work.AttentionPairs)
            && (alone || (sample.BesideShare >= BesideShareMin && sample.BesideUnits <= deviceUnits && double.IsFinite(sample.Beside.AttentionPairs)));
        row = known ? new LatencyRow(sample.Seq, sample.EndS, Math.Log(durationS), sample.Work, sample.Units, alone ? default : sample.Beside, alone ? 0 : sample.BesideUnits) : default;
        return known;
    }
}
