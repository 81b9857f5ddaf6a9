using FsCheck;
using FsCheck.Fluent;
using RapidTuner.Control.Guardrails;
using RapidTuner.Control.Policies;
using RapidTuner.Control.Tests.Policies;
using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Tests.Guardrails;

/// <summary>Each guard is driven by what it is there for, and is seen in reason, count and metric.</summary>
public sealed class GuardedPolicyTests
{
    private static readonly Palette Units = ToyDevice.PaletteOf(ToyDevice.Grid);
    private static readonly Observation Busy = Situation.BothPhases(64);
    private static readonly IPolicy Rule = PolicyFactory.Create("rapid", ContextOf(ToyDevice.Grid));
    private readonly ScriptedModel _model = new(Units);

    public static TheoryData<ModelSignals, Reason> Doubts => new()
    {
        { ModelSignals.Certain with { HasModel = false }, Reason.ModelMissing },
        { ModelSignals.Certain with { PredictedS = double.NaN }, Reason.PredictionMissing },
        { ModelSignals.Certain with { PredictedUpperS = double.PositiveInfinity }, Reason.PredictionMissing },
        { ModelSignals.Certain with { ModelAgeS = 31 * 86_400 }, Reason.ModelStale },
        { ModelSignals.Certain with { PlanAgeS = 11 }, Reason.PlanStale },
        { ModelSignals.Certain with { PlanAgeS = double.NaN }, Reason.PlanStale },
        { ModelSignals.Certain with { OutsideRange = 0.6 }, Reason.OutOfRange },
        { ModelSignals.Certain with { MissShare = 0.91 }, Reason.PredictionWrong },
        { ModelSignals.Certain with { MissShare = double.NaN }, Reason.PredictionWrong },
        { ModelSignals.Certain with { PredictedUpperS = 3.1 }, Reason.IntervalWide },
    };

    public static TheoryData<Observation> Unsound => new()
    {
        Busy with { NowS = double.NaN },
        Busy with { KvFreeShare = double.NaN },
        Busy with { KvFreeShare = -0.1 },
        Busy with { ItlLimitS = double.NaN },
        Busy with { PrefillHeadSlackS = double.NaN },
        Busy with { PrefillQueued = -1 },
        Busy with { DeviceUnits = 108 },
        Busy with { Launching = (Phase)77 },
        Busy with { Split = new Split(400, 0) },
        Busy with { PrefillRunning = true, PrefillUnits = 152, PrefillStartedS = double.NaN },
        Busy with { DecodeRunning = true, DecodeUnits = 0 },
    };

    [Fact]
    public void Decide_NothingWrong_IsTheModels()
    {
        var guarded = Guarded();
        var decision = guarded.Decide(in Busy);
        Assert.Equal(new Decision(new Split(152, 152), Reason.SmallestDecode), decision);
        Assert.All(GuardCounts.Guards, g => Assert.Equal(0, guarded.Counts[g]));
        Assert.Equal("learned", guarded.Name);
    }

    [Theory]
    [MemberData(nameof(Doubts))]
    public void Decide_ModelInDoubt_IsTheRulesWithTheReason(ModelSignals says, Reason reason)
    {
        _model.Says = says;
        var guarded = Guarded();
        Expect(guarded, reason);
        Assert.Equal(reason, guarded.Refused);
    }

    [Fact]
    public void Decide_AgeUnknown_IsNotHeldAgainstTheModel()
    {
        _model.Says = ModelSignals.Certain with { ModelAgeS = double.NaN };
        Assert.Equal(Reason.SmallestDecode, Guarded().Decide(in Busy).Reason);
    }

    [Fact]
    public void Decide_ModelThrows_IsTheRules()
    {
        _model.Throws = new InvalidOperationException("broken");
        Expect(Guarded(), Reason.PredictionMissing);
    }

    [Theory]
    [MemberData(nameof(Unsound))]
    public void Decide_SignalsMissing_IsAllowedAndSaysSo(Observation seen)
    {
        var guarded = Guarded();
        var decision = guarded.Decide(in seen);
        Assert.Equal(Reason.SignalsMissing, decision.Reason);
        Assert.Equal(Units.Nearest(decision.Split), decision.Split);
        Assert.Equal(1, guarded.Counts[Reason.SignalsMissing]);
    }

    [Fact]
    public void Decide_KvNearlyFull_IsTheRulesUntilTwiceTheBound()
    {
        var guarded = Guarded();
        Expect(guarded, Reason.KvPressure, Busy with { KvFreeShare = 0.004 });
        Expect(guarded, Reason.KvPressure, Busy with { KvFreeShare = 0.009, NowS = 100.1 });
        Assert.Equal(Reason.SmallestDecode, guarded.Decide(Busy with { KvFreeShare = 0.011, NowS = 100.2 }).Reason);
        Assert.Equal(Reason.SmallestDecode, guarded.Decide(Busy with { KvFreeShare = 0.009, NowS = 100.3 }).Reason);
    }

    [Fact]
    public void Decide_ObservationRepeats_IsFrozenAndRecovers()
    {
        var guarded = Guarded(new GuardOptions { FrozenDecisions = 4, RecoverDecisions = 3 });
        Assert.Equal(
            [Reason.SmallestDecode, Reason.SmallestDecode, Reason.SmallestDecode, Reason.SnapshotFrozen, Reason.SnapshotFrozen],
            Enumerable.Range(0, 5).Select(_ => guarded.Decide(in Busy).Reason));
        var after = Enumerable.Range(1, 4).Select(i => guarded.Decide(Busy with { NowS = 100 + i }).Reason);
        Assert.Equal([Reason.SnapshotFrozen, Reason.SnapshotFrozen, Reason.SmallestDecode, Reason.SmallestDecode], after);
    }

    [Fact]
    public void Decide_ArrivalsAtOneInstant_AreNotFrozen()
    {
        var guarded = Guarded(new GuardOptions { FrozenDecisions = 4 });
        Assert.All(Enumerable.Range(1, 50), i => Assert.Equal(Reason.SmallestDecode, guarded.Decide(Busy with { PrefillQueued = i }).Reason));
    }

    [Fact]
    public void Decide_ClockRunsBack_IsAJumpThenRecovers()
    {
        var guarded = Guarded(new GuardOptions { RecoverDecisions = 2 });
        guarded.Decide(in Busy);
        Assert.Equal(Reason.ClockJump, guarded.Decide(Busy with { NowS = 50 }).Reason);
        Assert.Equal(Reason.ClockJump, guarded.Decide(Busy with { NowS = 50.1 }).Reason);
        Assert.Equal(Reason.SmallestDecode, guarded.Decide(Busy with { NowS = 50.2 }).Reason);
    }

    [Fact]
    public void Decide_StepStartsInTheFuture_IsAJump() =>
        Expect(Guarded(), Reason.ClockJump, Busy with { PrefillRunning = true, PrefillUnits = 152, PrefillStartedS = 101 });

    [Fact]
    public void Decide_EngineTimeLeavesTheClock_IsAJump()
    {
        var clock = new SteppedClock();
        var guarded = Guarded(clock: clock);
        guarded.Decide(in Busy);
        clock.Pass(0.05);
        Assert.Equal(Reason.SmallestDecode, guarded.Decide(Busy with { NowS = 100.05 }).Reason);
        clock.Pass(0.05);
        Assert.Equal(Reason.ClockJump, guarded.Decide(Busy with { NowS = 3_700 }).Reason);
    }

    [Fact]
    public void Decide_TooFewUnitsForTheLimit_IsRaisedToTheFloor()
    {
        // 64 sequences: 38 ms on the whole device, 36 + 5 ms x 0.4 / share below 40 % of it: 76 units are too few for 50 ms.
        _model.Wants = Units.Nearest(new Split(264, 40));
        var guarded = Guarded(latency: new ToyDevice());
        var seen = Busy with { ItlLimitS = 0.05 };
        var decision = guarded.Decide(in seen);
        Assert.Equal(Reason.SloFloor, decision.Reason);
        var work = StepWork.Decode(64, seen.DecodeNext.ContextTokens);
        Assert.True(new ToyDevice().AloneS(Phase.Decode, in work, decision.Split.DecodeUnits) <= 0.05);
        Assert.True(decision.Split.PrefillUnits + decision.Split.DecodeUnits <= ToyDevice.Units);
        Assert.Equal(1, guarded.Counts[Reason.SloFloor]);
    }

    [Fact]
    public void Decide_LateStepsInARow_RaiseTheFloorForAWhile()
    {
        var guarded = Guarded(new GuardOptions { LateStepsMax = 3, FloorHoldS = 0.2 });
        Observation Late(int i, double stepS) => Busy with
        {
            NowS = 100 + (0.09 * i), DecodeLastTokenS = 100 + (0.09 * i), DecodeLatestStepS = stepS, PrefillRunning = true, PrefillUnits = 152, PrefillStartedS = 99,
        };
        Assert.Equal(
            [Reason.SmallestDecode, Reason.SmallestDecode, Reason.SmallestDecode, Reason.SloFloor, Reason.SloFloor, Reason.SloFloor, Reason.SmallestDecode],
            Enumerable.Range(0, 7).Select(i => guarded.Decide(Late(i, i is 1 or 2 or 3 ? 0.12 : 0.05)).Reason));
    }

    [Fact]
    public void Decide_GapsLateByWaiting_RaiseTheFloorAndEndTheWaiting()
    {
        // Steps of 50 ms keep the limit of 100 ms; every other gap is 120 ms, since decode waited: then all of them.
        _model.Holds = true;
        var guarded = Guarded(new GuardOptions { LateStepsMax = 3, FloorHoldS = 2 });
        Decision At(double lastTokenS) => guarded.Decide(Busy with
        {
            NowS = lastTokenS, DecodeLastTokenS = lastTokenS, DecodeLatestStepS = 0.05, PrefillRunning = true, PrefillUnits = 152, PrefillStartedS = 99,
        });
        double[] gapsS = [0.09, 0.12, 0.09, 0.12, 0.12, 0.12, 0.09];
        var nowS = 100.0;
        var decisions = gapsS.Select(gapS => At(nowS += gapS)).ToArray();
        Assert.All(decisions[..5], d => Assert.True(d.HoldsDecode));
        Assert.All(decisions[5..], d => Assert.Equal((Reason.SloFloor, false), (d.Reason, d.HoldsDecode)));
        Assert.True(At(nowS + 3).HoldsDecode);
    }

    [Fact]
    public void Decide_ModelRelapses_WaitsTwiceAsLongEachTime()
    {
        var guarded = Guarded(new GuardOptions { RecoverDecisions = 4 });
        var nowS = 100.0;
        int Probation()
        {
            _model.Says = ModelSignals.Certain with { MissShare = 2 };
            guarded.Decide(Busy with { NowS = nowS += 0.1 });
            _model.Says = ModelSignals.Certain;
            var waited = 0;
            while (guarded.Decide(Busy with { NowS = nowS += 0.1 }).Reason == Reason.PredictionWrong)
            {
                waited++;
            }

            return waited;
        }

        Assert.Equal([3, 7, 15, 31], Enumerable.Range(0, 4).Select(_ => Probation()));
        for (var i = 0; i < 8 * 32; i++)
        {
            guarded.Decide(Busy with { NowS = nowS += 0.1 });
        }

        Assert.Equal(3, Probation());
    }

    [Fact]
    public void Decide_ChangeTooSoon_WaitsForTheDwell()
    {
        var guarded = Guarded(new GuardOptions { DwellS = 2 });
        var seen = Busy with { Split = Units.Nearest(new Split(76, 228)), SplitSinceS = 99 };
        var held = guarded.Decide(in seen);
        Assert.Equal((Reason.Dwell, seen.Split), (held.Reason, held.Split));
        Assert.Equal(Reason.SmallestDecode, guarded.Decide(seen with { NowS = 101.1 }).Reason);
    }

    [Fact]
    public void Decide_SmallChange_IsNotMade()
    {
        var guarded = Guarded(new GuardOptions { HysteresisShare = 0.2 });
        var seen = Busy with { Split = Units.Nearest(new Split(114, 190)) };
        Assert.NotEqual(_model.Wants, seen.Split);
        var held = guarded.Decide(in seen);
        Assert.Equal((Reason.Hysteresis, seen.Split), (held.Reason, held.Split));
        Assert.Equal(Reason.SmallestDecode, guarded.Decide(Busy with { NowS = 101, Split = Units.Nearest(new Split(38, 266)) }).Reason);
    }

    [Fact]
    public void Decide_ChangesTooOften_FlapThenRest()
    {
        var guarded = Guarded(new GuardOptions { SwitchS = 1, FlapBurst = 4, FlapShareMax = 0.05 });
        Split[] both = [new(152, 152), Units.Nearest(new Split(76, 228))];
        var reasons = new List<Reason>();
        var inForce = both[0];
        for (var i = 0; i < 8; i++)
        {
            _model.Wants = both[(i + 1) % 2];
            var decision = guarded.Decide(Busy with { NowS = 100 + i, Split = inForce });
            reasons.Add(decision.Reason);
            inForce = decision.Split;
        }

        // The fifth change in a row is one more than the bucket holds; what is wanted already in force needs no change.
        Assert.Equal([.. Enumerable.Repeat(Reason.SmallestDecode, 5), Reason.Flapping, Reason.SmallestDecode, Reason.Flapping], reasons);
        Assert.True(guarded.Flapping);
        Assert.NotEqual(Reason.Flapping, guarded.Decide(Busy with { NowS = 200, Split = inForce }).Reason);
        Assert.False(guarded.Flapping);
    }

    [Fact]
    public void Decide_SwitchingEveryStep_IsFreeByDefault()
    {
        var guarded = Guarded();
        var inForce = new Split(152, 152);
        for (var i = 0; i < 20_000; i++)
        {
            _model.Wants = inForce.PrefillUnits == 152 ? Units.Nearest(new Split(76, 228)) : new Split(152, 152);
            var decision = guarded.Decide(Busy with { NowS = 100 + (i * 0.005), Split = inForce, SplitSinceS = 100 + ((i - 1) * 0.005) });
            Assert.Equal(Reason.SmallestDecode, decision.Reason);
            inForce = decision.Split;
        }
    }

    [Fact]
    public void Decide_NeverMovesWhileTheRuleDoes_RaisesInertOnce()
    {
        var guarded = Guarded(new GuardOptions { InertS = 600, InertRuleMoves = 3 });
        for (var i = 0; i < 64 * 700; i++)
        {
            var batch = i / (64 * 50) % 2 == 0 ? 8 : 500;
            Assert.Equal(Reason.SmallestDecode, guarded.Decide(Situation.BothPhases(batch) with { NowS = 100 + (i / 64.0) }).Reason);
        }

        Assert.True(guarded.Inert);
        Assert.Equal(1, guarded.Counts[Reason.Inert]);
        _model.Wants = Units.Nearest(new Split(76, 228));
        for (var i = 0; i < 64; i++)
        {
            guarded.Decide(Busy with { NowS = 900 + i });
        }

        Assert.False(guarded.Inert);
    }

    [Fact]
    public void Decide_AnyObservationAndModel_IsAnAllowedSplit()
    {
        double[] odd = [double.NaN, double.PositiveInfinity, -1, 0, 0.5, 1, 1e300];
        foreach (var grid in new UnitGrid[] { ToyDevice.Grid, new(132, 8, 8), new(2, 2, 2), new(1, 1, 1) })
        {
            foreach (var apply in Enum.GetValues<ApplyKind>())
            {
                var palette = ToyDevice.PaletteOf(grid);
                var model = new ScriptedModel(palette);
                var guarded = new GuardedPolicy(model, PolicyFactory.Create("rapid", ContextOf(grid)), GuardOptions.For(apply), new ToyDevice());
                var generator =
                    from seen in AnyObservation.Generator
                    from says in Gen.ArrayOf(Gen.Elements(odd), 5)
                    from wants in Gen.ArrayOf(Gen.Elements(int.MinValue, -1, 0, 1, 76, 152, 304, int.MaxValue), 2)
                    from asDevice in Gen.Elements(true, false)
                    select (Seen: asDevice ? seen with { DeviceUnits = grid.Units } : seen, says, wants);
                Prop.ForAll(generator.ToArbitrary(), one =>
                {
                    model.Wants = new Split(one.wants[0], one.wants[1]);
                    model.Says = new ModelSignals
                    {
                        HasModel = one.says[0] > 0, ModelAgeS = one.says[1], PlanAgeS = one.says[2], PredictedS = one.says[3], PredictedUpperS = one.says[4],
                    };
                    var decision = guarded.Decide(one.Seen);
                    return palette.Nearest(decision.Split) == decision.Split && decision.Reason != Reason.None;
                }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
            }
        }
    }

    [Fact]
    public void Decide_Always_AllocatesNothing()
    {
        var guarded = Guarded(GuardOptions.For(ApplyKind.Second), new ToyDevice());
        Observation[] seen =
        [
            Busy, Situation.BothPhases(500), Busy with { KvFreeShare = 0.001 }, Busy with { NowS = double.NaN }, Situation.NothingToDecode, Busy with { NowS = 3 },
            Situation.NothingToPrefill(), Situation.BesideRunningPrefill(200, 152, 99.0), Situation.BesideRunningPrefill(200, 152, 99.0),
        ];
        foreach (var one in seen)
        {
            guarded.Decide(in one);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            guarded.Decide(in seen[i % seen.Length]);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Guards_EachHaveTheirOwnReason() =>
        Assert.Equal(GuardCounts.Guards.Count, GuardCounts.Guards.Distinct().Count());

    private static PolicyContext ContextOf(UnitGrid grid) =>
        new() { Grid = grid, ItlLimitS = Situation.ItlLimitS, Palette = ToyDevice.PaletteOf(grid), Latency = new ToyDevice() };

    private static void Expect(GuardedPolicy guarded, Reason reason, Observation? seen = null)
    {
        var situation = seen ?? Busy;
        var before = guarded.Counts[reason];
        Assert.Equal(Rule.Decide(in situation) with { Reason = reason }, guarded.Decide(in situation));
        Assert.Equal(before + 1, guarded.Counts[reason]);
    }

    private GuardedPolicy Guarded(GuardOptions? options = null, IStepLatency? latency = null, TimeProvider? clock = null) =>
        new(_model, Rule, options ?? GuardOptions.Default, latency, clock);
}
