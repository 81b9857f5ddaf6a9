using RapidTuner.Control.Profiles;
using RapidTuner.Core;

namespace RapidTuner.Control.Policies;

/// <summary>
/// Nexus's analytic cost model (arXiv 2507.06608v3 §4.1.1): a phase's latency is the sum over its operators of the longer of
/// compute and memory time. Compute follows a curve with a saturation point and a decay, fitted per phase; decode attention's
/// bandwidth is what prefill leaves it, weighted by how likely prefill is in attention just then:
/// <c>P_attn = T_attn / T_prefill</c>, <c>B_d = P_attn · m_d/(m_d+m_p1) · B + (1 − P_attn) · m_d/(m_d+m_p2) · B</c>.
/// Shares are positions in the list of splits; the whole device has a position of its own.
/// </summary>
internal sealed class NexusCostModel
{
    private readonly RooflineFit _fit;
    private readonly double[] _prefillSlowdown;
    private readonly double[] _decodeSlowdown;

    public NexusCostModel(SoloProfile profile, RooflineFit fit, Split[] pairs)
    {
        _fit = fit;
        var prefill = ShareCurves.SaturationDecay(profile, Phase.Prefill);
        var decode = ShareCurves.SaturationDecay(profile, Phase.Decode);
        _prefillSlowdown = [.. pairs.Select(s => prefill[Array.IndexOf(profile.Palette.PrefillUnits, s.PrefillUnits)])];
        _decodeSlowdown = [.. pairs.Select(s => decode[Array.IndexOf(profile.Palette.DecodeUnits, s.DecodeUnits)])];
    }

    /// <summary>Seconds of a prefill step on the <paramref name="pair"/>-th split; −1: the whole device.</summary>
    public double PrefillS(in StepWork work, int pair)
    {
        var slowdown = pair < 0 ? 1 : _prefillSlowdown[pair];
        var denseS = Math.Max(_fit.DenseSPerToken * work.NewTokens * slowdown, _fit.WeightsS);
        var attentionS = Math.Max(_fit.AttentionSPerPair * work.AttentionPairs * slowdown, PrefillKvS(in work));
        return _fit.PrefillFixedS + denseS + attentionS;
    }

    /// <summary>Seconds of a decode step beside <paramref name="prefill"/> on the <paramref name="pair"/>-th split; −1: the whole device.</summary>
    public double DecodeS(int sequences, double contextTokens, in StepWork prefill, int pair)
    {
        var slowdown = pair < 0 ? 1 : _decodeSlowdown[pair];
        var denseS = (_fit.WeightsS + (_fit.DecodeSPerSequence * sequences)) * slowdown;
        var kvS = _fit.KvSPerToken * contextTokens;
        return denseS + Math.Max(kvS * slowdown, ContendedKvS(kvS, in prefill, pair));
    }

    /// <summary>Time of decode's KV reads at the bandwidth that prefill leaves. On the whole device prefill has none and never ends: P_attn is 0.</summary>
    private double ContendedKvS(double kvS, in StepWork prefill, int pair)
    {
        if (kvS <= 0)
        {
            return 0;
        }

        var besideAttentionS = PrefillKvS(in prefill);
        var inAttention = pair < 0 ? 0 : Math.Min(1, besideAttentionS / Math.Max(1e-12, PrefillS(in prefill, pair)));
        var bandwidthShare = (inAttention * kvS / (kvS + besideAttentionS)) + ((1 - inAttention) * kvS / (kvS + _fit.WeightsS));
        return kvS / Math.Max(1e-12, bandwidthShare);
    }

    /// <summary>Prefill attention's memory time at full bandwidth: its context and its own tokens' KV.</summary>
    private double PrefillKvS(in StepWork work) => _fit.KvSPerToken * (work.ContextTokens + (double)work.NewTokens);
}
