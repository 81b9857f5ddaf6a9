using RapidTuner.Control.Policies;
using RapidTuner.Control.Profiles;
using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Tests.Profiles;

public sealed class ProfileTests
{
    private static readonly Palette Palette = ToyDevice.PaletteOf(ToyDevice.Grid);

    [Theory]
    [InlineData(1, 700)]
    [InlineData(37, 1500)]
    [InlineData(200, 6000)]
    [InlineData(900, 20000)]
    [InlineData(2000, 300000)]
    public void Solo_WithoutNoise_InterpolatesDecodeAsItIs(int batch, int contextEach)
    {
        var device = new ToyDevice();
        var profile = new SoloProfile(device, Palette, seed: 1, noise: 0);
        var work = StepWork.Decode(batch, batch * (long)contextEach);
        var latencyS = new double[Palette.DecodeUnits.Length];
        profile.DecodeS(batch, work.ContextTokens, latencyS);
        for (var u = 0; u < latencyS.Length; u++)
        {
            Assert.Equal(1, latencyS[u] / device.AloneS(Phase.Decode, in work, Palette.DecodeUnits[u]), 6);
        }
    }

    [Fact]
    public void Solo_Noise_IsSeededAndAsLargeAsAsked()
    {
        var quiet = new SoloProfile(new ToyDevice(), Palette, seed: 1, noise: 0);
        var noisy = new SoloProfile(new ToyDevice(), Palette, seed: 7, noise: 0.02);
        var again = new SoloProfile(new ToyDevice(), Palette, seed: 7, noise: 0.02);
        var errors = new List<double>();
        for (var b = 0; b < ProfileGrid.Coarse.DecodeBatch.Count; b++)
        {
            for (var c = 0; c < ProfileGrid.Coarse.DecodeContext.Count; c++)
            {
                Assert.Equal(noisy.DecodeSampleS(b, c, 3), again.DecodeSampleS(b, c, 3));
                errors.Add(Math.Log(noisy.DecodeSampleS(b, c, 3) / quiet.DecodeSampleS(b, c, 3)));
            }
        }

        var deviation = Math.Sqrt(errors.Average(e => e * e));
        Assert.InRange(deviation, 0.015, 0.025);
    }

    [Fact]
    public void Solo_Reading_AllocatesNothing()
    {
        var profile = new SoloProfile(new ToyDevice(), Palette, seed: 1);
        var latencyS = new double[Palette.DecodeUnits.Length];
        profile.DecodeS(9, 9000, latencyS);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            profile.DecodeS(i, i * 1000.0, latencyS);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Roofline_OfAProfile_FindsTheDevicesCosts()
    {
        var fit = RooflineFit.Of(new SoloProfile(new ToyDevice(), Palette, seed: 3));
        Assert.InRange(fit.WeightsS, 0.029, 0.031);
        Assert.InRange(fit.DecodeSPerSequence, 4e-5, 6e-5);
        Assert.InRange(fit.KvSPerToken, 7.6e-8, 8.4e-8);
        Assert.InRange(fit.DenseSPerToken, 2.4e-4, 2.6e-4);
        Assert.InRange(fit.AttentionSPerPair, 3.7e-10, 4.3e-10);
    }

    [Fact]
    public void ShareCurves_OfAProfile_FindTheKnee()
    {
        var profile = new SoloProfile(new ToyDevice(), Palette, seed: 3);
        Assert.InRange(ShareCurves.BandwidthInflection(profile), 0.35, 0.45);
        var decode = ShareCurves.SaturationDecay(profile, Phase.Decode);
        Assert.Equal(1, decode[^1], 6);
        Assert.InRange(decode[0], 0.4 * 8 * 0.9, 0.4 * 8 * 1.1);
        Assert.All(decode.Zip(decode.Skip(1)), pair => Assert.True(pair.First >= pair.Second));
        var prefill = ShareCurves.SaturationDecay(profile, Phase.Prefill);
        Assert.InRange(prefill[Array.IndexOf(Palette.PrefillUnits, 152)], 1.9, 2.1);
    }

    [Fact]
    public void Paired_AwayFromItsSamples_PredictsBothPhases()
    {
        var device = new ToyDevice();
        var pairs = DisjointPairs.Of(Palette);
        var solo = new SoloProfile(device, Palette, seed: 3);
        var roofline = new ScaledRoofline(RooflineFit.Of(solo), ShareCurves.BandwidthInflection(solo), pairs, ToyDevice.Units);
        var paired = new PairedProfile(device, pairs, roofline, seed: 3, noise: 0.02);
        var latencyS = new double[pairs.Length];
        var chunk = StepWork.Prefill(1, 3000, 0);
        foreach (var (batch, context) in new[] { (5, 900), (60, 3000), (300, 10000) })
        {
            var work = StepWork.Decode(batch, batch * (long)context);
            paired.DecodeS(batch, work.ContextTokens, chunk.NewTokens, latencyS);
            for (var i = 0; i < pairs.Length; i++)
            {
                var decodeS = device.BesideS(Phase.Decode, in work, pairs[i].DecodeUnits, in chunk, pairs[i].PrefillUnits);
                Assert.InRange(latencyS[i] / decodeS, 0.85, 1.15);
                var prefillS = device.BesideS(Phase.Prefill, in chunk, pairs[i].PrefillUnits, in work, pairs[i].DecodeUnits);
                Assert.InRange(paired.PrefillS(in chunk, i) / prefillS, 0.9, 1.1);
            }
        }
    }

    [Fact]
    public void LeastSquares_NegativeCoefficient_IsHeldAtZero()
    {
        double[][] rows = [[1, 1], [1, 2], [1, 3]];
        var found = LeastSquares.NonNegative(rows, [3, 2, 1]);
        Assert.Equal(0, found[1]);
        Assert.True(found[0] > 0);
    }

    [Fact]
    public void Profile_SeveralPolicies_IsTakenOnce()
    {
        var device = new ToyDevice();
        var context = new PolicyContext { Grid = ToyDevice.Grid, ItlLimitS = 0.1, Palette = Palette, Latency = device };
        PolicyFactory.Create("nexus", context);
        var calls = device.Calls;
        PolicyFactory.Create("nexus", context, new PolicySettings { ItlMargin = 0.5 });
        Assert.Equal(calls, device.Calls);
    }
}
