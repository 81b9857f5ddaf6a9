using RapidTuner.Core;

namespace RapidTuner.Control.Profiles;

/// <summary>
/// How a stage slows down on fewer units, fitted to a profile's mean slowdown at each unit count: Nexus's curve with a
/// saturation point and a decay beyond it, and Bullet's bandwidth that is full from an inflection point on.
/// </summary>
internal static class ShareCurves
{
    private const int Steps = 40;

    /// <summary>Sequences up to which decode is taken to be bound by memory.</summary>
    private const double MemoryBoundBatchMax = 8;

    /// <summary>
    /// Nexus §4.1.1: the rate of compute grows with the share up to R_sat and λ times as fast beyond. Returned is the slowdown
    /// against the whole device at each unit count of <paramref name="phase"/>.
    /// </summary>
    public static double[] SaturationDecay(SoloProfile profile, Phase phase)
    {
        var shares = Shares(profile, phase);
        var measured = MeanLogSlowdown(profile, phase, double.PositiveInfinity);
        var (best, leastError) = (shares.Select(s => 1 / s).ToArray(), double.PositiveInfinity);
        for (var knee = 1; knee <= Steps; knee++)
        {
            for (var slope = 0; slope <= Steps; slope++)
            {
                var saturation = (double)knee / Steps;
                var decay = (double)slope / Steps;
                var curve = shares.Select(s => Rate(1, saturation, decay) / Rate(s, saturation, decay)).ToArray();
                var error = SquaredError(curve, measured);
                (best, leastError) = error < leastError ? (curve, error) : (best, leastError);
            }
        }

        return best;
    }

    /// <summary>
    /// Bullet eq. 1: the share from which fewer units still draw the whole bandwidth (N_d / N), fitted to decode steps that are bound by
    /// memory.
    /// </summary>
    public static double BandwidthInflection(SoloProfile profile)
    {
        var shares = Shares(profile, Phase.Decode);
        var measured = MeanLogSlowdown(profile, Phase.Decode, MemoryBoundBatchMax);
        var (best, leastError) = (1.0, double.PositiveInfinity);
        for (var knee = 1; knee <= Steps; knee++)
        {
            var inflection = (double)knee / Steps;
            var error = SquaredError(shares.Select(s => 1 / Math.Min(1, s / inflection)).ToArray(), measured);
            (best, leastError) = error < leastError ? (inflection, error) : (best, leastError);
        }

        return best;
    }

    private static double Rate(double share, double saturation, double decay) =>
        Math.Min(share, saturation) + (decay * Math.Max(0, share - saturation));

    private static double SquaredError(double[] slowdown, double[] measuredLog) =>
        slowdown.Zip(measuredLog, (s, m) => (Math.Log(s) - m) * (Math.Log(s) - m)).Sum();

    private static double[] Shares(SoloProfile profile, Phase phase) =>
        [.. Counts(profile, phase).Select(u => (double)u / profile.Palette.DeviceUnits)];

    private static int[] Counts(SoloProfile profile, Phase phase) =>
        phase == Phase.Prefill ? profile.Palette.PrefillUnits : profile.Palette.DecodeUnits;

    private static double[] MeanLogSlowdown(SoloProfile profile, Phase phase, double batchMax)
    {
        var counts = Counts(profile, phase).Length;
        var sums = new double[counts];
        var samples = 0;
        var (outer, inner) = phase == Phase.Prefill
            ? (profile.Grid.PrefillTokens, profile.Grid.PrefillContext)
            : (profile.Grid.DecodeBatch, profile.Grid.DecodeContext);
        for (var o = 0; o < outer.Count; o++)
        {
            for (var i = 0; i < inner.Count && (phase == Phase.Prefill || outer[o] <= batchMax); i++)
            {
                samples++;
                for (var u = 0; u < counts; u++)
                {
                    sums[u] += Math.Log(Sample(profile, phase, o, i, u) / Sample(profile, phase, o, i, counts - 1));
                }
            }
        }

        return [.. sums.Select(s => s / samples)];
    }

    private static double Sample(SoloProfile profile, Phase phase, int outer, int inner, int count) =>
        phase == Phase.Prefill ? profile.PrefillSampleS(outer, inner, count) : profile.DecodeSampleS(outer, inner, count);
}
