using RapidTuner.Control.Policies;
using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Tests.Policies;

/// <summary>Each branch of each rival, in a situation that its source describes.</summary>
public sealed class RivalRuleTests
{
    private static readonly Split All = new(ToyDevice.Units, ToyDevice.Units);

    [Theory]
    [InlineData("static:0.6", 184, 120)]
    [InlineData("static:0.5", 152, 152)]
    [InlineData("static:0.999", 296, 8)]
    [InlineData("static:0.001", 8, 296)]
    public void Static_Share_IsTheNearestAllowedSplit(string name, int prefill, int decode)
    {
        var decision = Decide(name, Situation.BothPhases(16));
        Assert.Equal(new Split(prefill, decode), decision.Split);
        Assert.Equal(Reason.Fixed, decision.Reason);
    }

    [Fact]
    public void Static_Palette_HoldsOneSplitsStreams() => Assert.Equal(2, Build("static:0.6").Palette.MaskedStreams);

    [Fact]
    public void Overlap_Palette_HoldsNoStream()
    {
        Assert.Equal(0, Build("overlap").Palette.MaskedStreams);
        Assert.Equal((All, Reason.Overlap), Told(Decide("overlap", Situation.BothPhases(300))));
    }

    [Theory]
    [InlineData("rapid")]
    [InlineData("nexus")]
    [InlineData("pdmux")]
    [InlineData("bullet")]
    public void OnePhaseIdle_TheOtherHasEveryUnit(string name)
    {
        Assert.Equal((All, Reason.DecodeIdle), Told(Decide(name, Situation.NothingToDecode)));
        Assert.Equal((All, Reason.PrefillIdle), Told(Decide(name, Situation.NothingToPrefill())));
    }

    [Theory]
    [InlineData(0, Reason.FewDecodeTokens, 304, 304)]
    [InlineData(63, Reason.FewDecodeTokens, 304, 304)]
    [InlineData(64, Reason.Half, 152, 152)]
    [InlineData(900, Reason.Half, 152, 152)]
    public void Atom_PrefillPending_MasksFrom64DecodeTokens(int batch, Reason reason, int prefill, int decode) =>
        Assert.Equal((new Split(prefill, decode), reason), Told(Decide("atom", Situation.BothPhases(batch))));

    [Fact]
    public void Atom_NothingToPrefill_NoMask() =>
        Assert.Equal((All, Reason.PrefillIdle), Told(Decide("atom", Situation.NothingToPrefill(500))));

    [Fact]
    public void Atom_DecodeBesideRunningPrefill_KeepsItsMask()
    {
        Assert.Equal(Reason.Half, Decide("atom", Situation.BesideRunningPrefill(10, 152, 99.9)).Reason);
        Assert.Equal(Reason.FewDecodeTokens, Decide("atom", Situation.BesideRunningPrefill(100, 304, 99.9)).Reason);
    }

    [Fact]
    public void Pdmux_LargerBatch_MovesDownTheTable()
    {
        var splits = Enumerable.Range(1, 60).Select(b => Decide("pdmux", Situation.BothPhases(b)).Split).ToList();
        Assert.All(splits.Zip(splits.Skip(1)), pair => Assert.True(pair.First.DecodeUnits <= pair.Second.DecodeUnits));
        Assert.Equal(6, splits.Distinct().Count());
        Assert.All(splits, s => Assert.True(s.PrefillUnits >= s.DecodeUnits && s.PrefillUnits + s.DecodeUnits <= ToyDevice.Units));
        Assert.Equal(Reason.Table, Decide("pdmux", Situation.BothPhases(20)).Reason);
    }

    [Fact]
    public void Pdmux_DecodeBesideRunningPrefill_KeepsItsRow()
    {
        var row = Decide("pdmux", Situation.BothPhases(36)).Split;
        Assert.Equal(row, Decide("pdmux", Situation.BesideRunningPrefill(3, row.PrefillUnits, 99.9)).Split);
    }

    [Fact]
    public void Rapid_LowLoad_BothMayUseEverything() =>
        Assert.Equal((All, Reason.OverAllocated), Told(Decide("rapid", Situation.BothPhases(8))));

    [Fact]
    public void Rapid_ContentionBreaksTheItl_FewestDecodeUnits()
    {
        var device = new ToyDevice { UnmaskedSlowdown = 3 };
        var decision = Decide("rapid", Situation.BothPhases(64), device: device);
        Assert.Equal(Reason.SmallestDecode, decision.Reason);
        var work = StepWork.Decode(64, 64 * 1024);
        Assert.True(device.AloneS(Phase.Decode, in work, decision.Split.DecodeUnits) < 0.08 * 1.05);
        Assert.True(device.AloneS(Phase.Decode, in work, decision.Split.DecodeUnits - 40) > 0.08 * 0.95);
        Assert.True(decision.Split.PrefillUnits + decision.Split.DecodeUnits <= ToyDevice.Units);
    }

    [Fact]
    public void Rapid_NoShareMeetsTheItl_DecodeHasTheMost()
    {
        var decision = Decide("rapid", Situation.BothPhases(500, 4096));
        Assert.Equal(Reason.DecodeBound, decision.Reason);
        Assert.Equal(264, decision.Split.DecodeUnits);
    }

    [Fact]
    public void Rapid_TighterMargin_GivesDecodeNoLess()
    {
        var device = new ToyDevice { UnmaskedSlowdown = 9.6 };
        var loose = Decide("rapid", Situation.BothPhases(64), new PolicySettings { ItlMargin = 0.95 }, device);
        var tight = Decide("rapid", Situation.BothPhases(64), new PolicySettings { ItlMargin = 0.5 }, device);
        Assert.True(tight.Split.DecodeUnits > loose.Split.DecodeUnits);
    }

    [Fact]
    public void Rapid_PrefillRunsUnmasked_DecodeSharesInsteadOfWaiting() => Assert.Equal(
        (All, Reason.OverAllocated),
        Told(Decide("rapid", Situation.BesideRunningPrefill(64, ToyDevice.Units, 99.9), device: new ToyDevice { UnmaskedSlowdown = 9.6 })));

    [Fact]
    public void Nexus_KvPlenty_PrefillFirst()
    {
        var decision = Decide("nexus", Situation.BothPhases(32));
        Assert.Equal(Reason.PrefillFirst, decision.Reason);
        Assert.True(decision.Split.PrefillUnits > decision.Split.DecodeUnits);
    }

    [Fact]
    public void Nexus_KvScarce_DecodeFirstWithinPrefillsSlack()
    {
        var paper = new PolicySettings { ItlMargin = 0 };
        var decision = Decide("nexus", Situation.BothPhases(32) with { KvFreeShare = 0.2 }, paper);
        Assert.Equal(Reason.DecodeFirst, decision.Reason);

        // Prefill within 1.3 of its best needs 1/1.3 of the units here; the palette's next count above is 264 of 304.
        Assert.InRange(decision.Split.PrefillUnits, 228, 264);
    }

    [Fact]
    public void Nexus_WithoutItl_KeepsDecodeWithinBetaOfItsBest()
    {
        var decision = Decide("nexus", Situation.BothPhases(32), new PolicySettings { ItlMargin = 0 });

        // Bandwidth is full from 40 % of the units, so decode within 1.1 of its best has about 0.36 of them.
        Assert.InRange(decision.Split.DecodeUnits, 104, 152);
    }

    [Fact]
    public void Nexus_LargerMargin_FreesUnitsForPrefill()
    {
        var paper = Decide("nexus", Situation.BothPhases(32), new PolicySettings { ItlMargin = 0 });
        var loose = Decide("nexus", Situation.BothPhases(32), new PolicySettings { ItlMargin = 0.95 });
        Assert.True(loose.Split.PrefillUnits > paper.Split.PrefillUnits);
    }

    [Fact]
    public void Nexus_ChangeWithinTheBuffer_IsNotMade()
    {
        var settings = new PolicySettings { NexusHysteresisShare = 1, ItlMargin = 0 };
        var seen = Situation.BothPhases(32) with { Split = new Split(40, 264) };
        Assert.Equal((seen.Split, Reason.Hysteresis), Told(Decide("nexus", seen, settings)));
    }

    [Fact]
    public void Bullet_BothWithinTheirLimits_FewestDecodeUnits()
    {
        var decision = Decide("bullet", Situation.BothPhases(32));
        Assert.Equal(Reason.SmallestDecode, decision.Reason);
        var work = StepWork.Decode(32, 32 * 1024);
        Assert.InRange(1.2 * new ToyDevice().AloneS(Phase.Decode, in work, decision.Split.DecodeUnits), 0, 0.08 * 1.05);
    }

    [Fact]
    public void Bullet_DecodeViolates_UnitsMoveToIt()
    {
        var seen = Situation.BothPhases(32) with { Split = new Split(264, 40) };
        var decision = Decide("bullet", seen);
        Assert.Equal(Reason.DecodeViolates, decision.Reason);
        Assert.True(decision.Split.DecodeUnits > 40);
    }

    [Fact]
    public void Bullet_PrefillViolates_UnitsMoveToIt()
    {
        var seen = Situation.BothPhases(32) with { Split = new Split(40, 264), PrefillHeadSlackS = 1 };
        var decision = Decide("bullet", seen);
        Assert.Equal(Reason.PrefillViolates, decision.Reason);
        Assert.True(decision.Split.PrefillUnits > 40);
    }

    [Fact]
    public void Bullet_DecodeCannotMeetItsLimit_DecodeHasTheMost()
    {
        var decision = Decide("bullet", Situation.BothPhases(500, 4096) with { PrefillHeadSlackS = 1e3 });
        Assert.Equal((new Split(40, 264), Reason.DecodeBound), Told(decision));
    }

    [Fact]
    public void Bullet_BothViolate_BalancesThem()
    {
        var decision = Decide("bullet", Situation.BothPhases(500, 4096) with { PrefillHeadSlackS = -1 });
        Assert.Equal(Reason.Balanced, decision.Reason);
        Assert.InRange(decision.Split.DecodeUnits, 80, 200);
    }

    [Fact]
    public void Bullet_LastPrefillEnding_DecodeTakesEveryUnit()
    {
        var running = Situation.BesideRunningPrefill(32, 184, 99.2);
        Assert.Equal(Reason.PrefillEnding, Decide("bullet", running).Reason);
        Assert.Equal(ToyDevice.Units, Decide("bullet", running).Split.DecodeUnits);
        Assert.NotEqual(Reason.PrefillEnding, Decide("bullet", Situation.BesideRunningPrefill(32, 184, 99.2, queued: 3)).Reason);
        Assert.NotEqual(Reason.PrefillEnding, Decide("bullet", Situation.BesideRunningPrefill(32, 184, 99.95)).Reason);
    }

    private static (Split Split, Reason Reason) Told(Decision decision) => (decision.Split, decision.Reason);

    private static Decision Decide(string name, Observation seen, PolicySettings? settings = null, ToyDevice? device = null) =>
        Build(name, settings, device).Decide(in seen);

    private static IPolicy Build(string name, PolicySettings? settings = null, ToyDevice? device = null) => PolicyFactory.Create(
        name,
        new PolicyContext { Grid = ToyDevice.Grid, ItlLimitS = Situation.ItlLimitS, Palette = ToyDevice.PaletteOf(ToyDevice.Grid), Latency = device ?? new ToyDevice() },
        settings);
}
