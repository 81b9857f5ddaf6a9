using RapidTuner.Core;

namespace RapidTuner.Learning.Tests.Latency;

public sealed class ProfileDesignTests
{
    [Fact]
    public void Run_EveryStep_FitsDeviceAndCache()
    {
        foreach (var s in MadeUpDevice.Profile(5_000))
        {
            Assert.Contains(s.Units, MadeUpDevice.Ranges.Allowed);
            Assert.True(s.BesideUnits == 0 || MadeUpDevice.Ranges.Allowed.Contains(s.BesideUnits));
            Assert.Equal(s.BesideUnits == 0, s.Beside.Sequences == 0);
            var decode = s.Phase == Phase.Decode ? s.Work : s.Beside;
            Assert.InRange(decode.ContextTokens, 0, MadeUpDevice.Ranges.KvTokens);
            var prefill = s.Phase == Phase.Prefill ? s.Work : s.Beside;
            Assert.InRange(prefill.NewTokens + prefill.ContextTokens, 0, MadeUpDevice.Ranges.KvTokens);
            Assert.InRange(prefill.NewTokens, 0, MadeUpDevice.Ranges.PrefillTokensMax);
        }
    }

    [Fact]
    public void Run_CoversPhasesAndRegimes()
    {
        var counts = MadeUpDevice.Profile(5_000)
            .GroupBy(s => (s.Phase, s.BesideUnits == 0 ? 0 : s.Units + s.BesideUnits > s.DeviceUnits ? 2 : 1)).ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, n => Assert.True(n > 250));
    }

    [Fact]
    public void Run_SameSeed_SameLog() => Assert.Equal(MadeUpDevice.Profile(500), MadeUpDevice.Profile(500));
}
