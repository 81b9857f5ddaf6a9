using RapidTuner.Core;

namespace RapidTuner.Control.Profiles;

/// <summary>
/// Bullet's roofline by units (§3.2.2 eq. 1): compute grows in proportion to the units, bandwidth does until the inflection
/// point N_d and is full from there; each operator takes the longer of the two. Operators are the dense layers and attention.
/// </summary>
internal sealed class ScaledRoofline
{
    private const double LeastS = 1e-9;

    private readonly RooflineFit _fit;
    private readonly double[] _prefillCompute;
    private readonly double[] _prefillBandwidth;
    private readonly double[] _decodeCompute;
    private readonly double[] _decodeBandwidth;

    /// <summary>A roofline for <paramref name="splits"/> of a device of <paramref name="deviceUnits"/>.</summary>
    /// <param name="fit">Costs at the whole device.</param>
    /// <param name="inflectionShare">Share from which bandwidth is full, above 0, at most 1.</param>
    /// <param name="splits">The splits asked for, by index.</param>
    /// <param name="deviceUnits">Units of the device.</param>
    public ScaledRoofline(RooflineFit fit, double inflectionShare, Split[] splits, int deviceUnits)
    {
        _fit = fit;
        _prefillCompute = [.. splits.Select(s => (double)deviceUnits / s.PrefillUnits)];
        _decodeCompute = [.. splits.Select(s => (double)deviceUnits / s.DecodeUnits)];
        _prefillBandwidth = [.. _prefillCompute.Select(c => Math.Max(1, inflectionShare * c))];
        _decodeBandwidth = [.. _decodeCompute.Select(c => Math.Max(1, inflectionShare * c))];
    }

    /// <summary>Seconds of a decode step on the decode units of the <paramref name="pair"/>-th split, before calibration.</summary>
    public double DecodeS(int sequences, double contextTokens, int pair)
    {
        var compute = _decodeCompute[pair];
        var bandwidth = _decodeBandwidth[pair];
        var memoryS = _fit.WeightsS + (_fit.DecodeSPerSequence * sequences);
        var denseS = Math.Max(_fit.DenseSPerToken * sequences * compute, memoryS * bandwidth);
        return Math.Max(LeastS, denseS + (_fit.KvSPerToken * contextTokens * bandwidth));
    }

    /// <summary>Seconds of a prefill step on the prefill units of the <paramref name="pair"/>-th split, before calibration.</summary>
    public double PrefillS(in StepWork work, int pair)
    {
        var compute = _prefillCompute[pair];
        var bandwidth = _prefillBandwidth[pair];
        var denseS = Math.Max(_fit.DenseSPerToken * work.NewTokens * compute, _fit.WeightsS * bandwidth);
        var attentionS = Math.Max(_fit.AttentionSPerPair * work.AttentionPairs * compute, _fit.KvSPerToken * work.ContextTokens * bandwidth);
        return Math.Max(LeastS, _fit.PrefillFixedS + denseS + attentionS);
    }
}
