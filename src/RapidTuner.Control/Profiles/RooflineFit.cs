namespace RapidTuner.Control.Profiles;

/// <summary>
/// What a stage's work costs on the whole device, fitted to a profile: the terms of the analytic models of Nexus (§4.1.1)
/// and Bullet (§3.2.2), which their authors take from operation and byte counts of the model. Here the counts are
/// expressed in seconds at full rate, so that neither model's shape nor datasheet is needed.
/// </summary>
/// <param name="PrefillFixedS">A prefill step's cost that no work explains, seconds.</param>
/// <param name="DenseSPerToken">Dense layers, seconds per new token.</param>
/// <param name="AttentionSPerPair">Prefill attention, seconds per query-key pair.</param>
/// <param name="WeightsS">One read of the weights with a decode step's fixed cost, seconds.</param>
/// <param name="DecodeSPerSequence">Decode's cost of one more sequence, seconds.</param>
/// <param name="KvSPerToken">One read of a token's KV, seconds.</param>
internal sealed record RooflineFit(
    double PrefillFixedS,
    double DenseSPerToken,
    double AttentionSPerPair,
    double WeightsS,
    double DecodeSPerSequence,
    double KvSPerToken)
{
    /// <summary>Least tokens of the prefill samples used: below, a step is bound by memory and says nothing of compute.</summary>
    private const double ComputeBoundTokensMin = 512;

    /// <summary>Fits the whole-device column of <paramref name="profile"/> by least squares in relative error.</summary>
    public static RooflineFit Of(SoloProfile profile)
    {
        var decode = FitDecode(profile);
        var prefill = FitPrefill(profile);
        return new RooflineFit(prefill[0], prefill[1], prefill[2], decode[0], decode[1], decode[2]);
    }

    private static double[] FitDecode(SoloProfile profile)
    {
        List<double[]> rows = [];
        List<double> latencyS = [];
        var whole = profile.Palette.DecodeUnits.Length - 1;
        for (var b = 0; b < profile.Grid.DecodeBatch.Count; b++)
        {
            for (var c = 0; c < profile.Grid.DecodeContext.Count; c++)
            {
                var work = profile.DecodeWork(b, c);
                rows.Add([1, work.Sequences, work.ContextTokens]);
                latencyS.Add(profile.DecodeSampleS(b, c, whole));
            }
        }

        return LeastSquares.NonNegative(rows, latencyS);
    }

    private static double[] FitPrefill(SoloProfile profile)
    {
        List<double[]> rows = [];
        List<double> latencyS = [];
        var whole = profile.Palette.PrefillUnits.Length - 1;
        for (var t = 0; t < profile.Grid.PrefillTokens.Count; t++)
        {
            for (var c = 0; c < profile.Grid.PrefillContext.Count && profile.Grid.PrefillTokens[t] >= ComputeBoundTokensMin; c++)
            {
                var work = profile.PrefillWork(t, c);
                rows.Add([1, work.NewTokens, work.AttentionPairs]);
                latencyS.Add(profile.PrefillSampleS(t, c, whole));
            }
        }

        return LeastSquares.NonNegative(rows, latencyS);
    }
}
