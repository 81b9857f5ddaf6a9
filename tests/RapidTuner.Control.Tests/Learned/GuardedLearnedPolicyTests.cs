using FsCheck;
using FsCheck.Fluent;
using RapidTuner.Control.Learned;
using RapidTuner.Control.Policies;
using RapidTuner.Control.Tests.Policies;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Engine;

namespace RapidTuner.Control.Tests.Learned;

/// <summary><c>learned</c> as it is served: rule, planner, recalibration and guardrails together, under whatever is observed.</summary>
public sealed class GuardedLearnedPolicyTests
{
    private static readonly string[] Served = [PolicyNames.Learned, PolicyNames.LearnedForecast];

    private static readonly double[] Odd = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -1e300, -1, 0, 1e-12, 1, 1e300];

    private static readonly int[] OddCounts = [int.MinValue, -1, 0, 1, 305, int.MaxValue];

    private static readonly ToyDevice Device = new();

    private static readonly StepWork Batch = StepWork.Decode(32, 32 * 1024);

    [Fact]
    public void Decide_AnyHistory_IsAnAllowedSplit()
    {
        var happens =
            from passesS in Gen.Frequency((20, Gen.Elements(0.001, 0.02, 0.3)), (1, Gen.Elements(-1e9, -100, -0.01, 0, 1e9)))
            from seen in Gen.Frequency((3, Gen.Constant<Observation?>(null)), (1, AnyObservation.Generator.Select(o => (Observation?)o)))
            from field in Gen.Choose(0, 40)
            from which in Gen.Choose(0, 1000)
            from stepS in Gen.Elements([.. Odd, 0.03])
            select new Event(passesS, seen, field, which, stepS);
        Prop.ForAll(Gen.ArrayOf(happens, 120).ToArbitrary(), history => Served.All(name => Stands(Create(name), history))).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    [Fact]
    public void Plans_ClockJumpsForwardAndBack_GoOnBeingMade()
    {
        var policy = Create(PolicyNames.Learned);
        var id = 0L;
        var nowS = 0.0;
        Serve(policy, ref id, ref nowS, 400);
        var made = policy.Plans(nowS).Made;
        Assert.True(made > 0);

        nowS += 1e6;
        Serve(policy, ref id, ref nowS, 20);
        Assert.Equal(0, policy.Guarded(Reason.ClockJump));
        nowS -= 1e6;
        Serve(policy, ref id, ref nowS, 400);

        Assert.True(policy.Guarded(Reason.ClockJump) > 0);
        Assert.Equal(Reason.None, policy.Refused);
        Assert.True(policy.Plans(nowS).Made > made + 1);
        Assert.Equal(0, policy.Plans(nowS).Failed);
    }

    [Fact]
    public void Decide_PredictorGivesNaNForAWhile_TheRuleDecidesThenTheModelAgain()
    {
        var broken = false;
        var policy = Create(PolicyNames.Learned, sound => new Switched(sound, () => broken));
        var id = 0L;
        var nowS = 0.0;
        Serve(policy, ref id, ref nowS, 40);
        Assert.Equal(Reason.None, policy.Refused);
        broken = true;
        Serve(policy, ref id, ref nowS, 1);
        Assert.Equal(Reason.PredictionMissing, policy.Refused);
        broken = false;
        Serve(policy, ref id, ref nowS, 400);
        Assert.Equal(Reason.None, policy.Refused);
        Assert.True(policy.Guarded(Reason.PredictionMissing) > 0);
    }

    private static bool Stands(GuardedLearnedPolicy policy, Event[] history)
    {
        var (nowS, id) = (100.0, 0L);
        return history.All(now =>
        {
            nowS += now.PassesS;
            Report(policy, nowS, id++, now.StepS, (Phase)(now.Which % 3), beside: now.Which % 2 == 1);
            var seen = now.Seen ?? Spoiled(Sound(nowS, now.Which % 300), now.Field, now.Which);
            var decided = policy.Decide(in seen);
            return policy.Palette.Nearest(decided.Split) == decided.Split && decided.ChunkTokens >= 0 && decided.AdmitTokens >= 0 && decided.DemotionTokensPerS >= 0 && decided.ChunkPairs >= 0;
        });
    }

    /// <summary>An engine in order: a request every half second, whose steps take what the device needs.</summary>
    private static void Serve(GuardedLearnedPolicy policy, ref long id, ref double nowS, int requests)
    {
        for (var i = 0; i < requests; i++, id++, nowS += 0.5)
        {
            Report(policy, nowS, id, Device.AloneS(Phase.Decode, in Batch, ToyDevice.Units), Phase.Decode, beside: false);
            policy.Decide(Sound(nowS, 32));
        }
    }

    private static void Report(GuardedLearnedPolicy policy, double nowS, long id, double stepS, Phase phase, bool beside)
    {
        var hears = policy.Observer;
        hears.OnTaken(nowS, id, 500, 0, 2);
        hears.OnFirstToken(nowS, id, nowS);
        hears.OnStep(new StepSample
        {
            Phase = phase,
            StartS = nowS,
            EndS = nowS + stepS,
            Units = ToyDevice.Units,
            DeviceUnits = ToyDevice.Units,
            Work = phase == Phase.Decode ? Batch : StepWork.Prefill(1, 512, 0),
            Beside = beside ? Batch : default,
            BesideUnits = beside ? ToyDevice.Units : 0,
            BesideShare = beside ? 1 : 0,
        });
        hears.OnRequest(new RequestSample { Id = id, ArrivalS = nowS - 1, FirstTokenS = nowS, FinishS = nowS + stepS, PromptTokens = 500, OutputTokens = 20 + (int)(id % 50), TtftLimitS = 2, Outcome = Core.Samples.Outcome.Finished });
    }

    private static Observation Sound(double nowS, int batch) =>
        Situation.BothPhases(batch) with { NowS = nowS, SplitSinceS = nowS - 1, DecodeLastTokenS = nowS - 0.01, PrefillOldestArrivalS = nowS - 0.1, DecodeLatestStepS = 0.03 };

    /// <summary>One field is not what it could be, so that guards which look at the others let it pass.</summary>
    private static Observation Spoiled(Observation seen, int field, int which)
    {
        var (odd, count) = (Odd[which % Odd.Length], OddCounts[which % OddCounts.Length]);
        var work = new StepWork(count, OddCounts[which / 7 % OddCounts.Length], which % 2 == 0 ? long.MaxValue : count, odd, count);
        return field switch
        {
            0 => seen with { NowS = odd },
            1 => seen with { SplitSinceS = odd },
            2 => seen with { ItlLimitS = odd },
            3 => seen with { PrefillQueued = count },
            4 => seen with { PrefillQueuedTokens = count == -1 ? long.MinValue : long.MaxValue },
            5 => seen with { PrefillOldestArrivalS = odd },
            6 => seen with { PrefillNext = work },
            7 => seen with { PrefillHeadSlackS = odd },
            8 => seen with { PrefillRunning = true, PrefillWork = work, PrefillUnits = 152, PrefillStartedS = seen.NowS },
            9 => seen with { Launching = Phase.Decode, PrefillRunning = true, PrefillWork = work, PrefillUnits = 152, PrefillStartedS = seen.NowS - 0.1, PrefillCompletes = count },
            10 => seen with { Launching = Phase.Decode, PrefillRunning = true, PrefillUnits = count, PrefillStartedS = odd },
            11 => seen with { DecodeNext = work },
            12 => seen with { DecodeJoining = count, DecodeJoiningSinceS = odd },
            13 => seen with { DecodeLastTokenS = odd },
            14 => seen with { DecodeRunning = true, DecodeUnits = 152, DecodeStartedS = odd },
            15 => seen with { DecodeRunning = true, DecodeUnits = count, DecodeStartedS = seen.NowS },
            16 => seen with { DecodeLatestStepS = odd },
            17 => seen with { PrefillLatestStepS = odd },
            18 => seen with { KvFreeShare = odd },
            19 => seen with { Split = new Split(count, 152) },
            20 => seen with { DeviceUnits = count },
            21 => seen with { Launching = (Phase)(which % 256) },
            _ => seen,
        };
    }

    private static GuardedLearnedPolicy Create(string name, Func<IStepLatency, IStepLatency>? predictor = null) => (GuardedLearnedPolicy)PolicyFactory.Create(name, new PolicyContext
    {
        Grid = ToyDevice.Grid,
        ItlLimitS = Situation.ItlLimitS,
        Latency = Device,
        Palette = ToyDevice.PaletteOf(ToyDevice.Grid),
        Predictor = predictor,
        Engine = new EngineOptions { DeviceUnits = ToyDevice.Units, KvBlocks = 20_000, ContextTokens = 32_768, ItlLimitS = Situation.ItlLimitS },
    });

    /// <summary>What happens: time passes, a step and a request are reported, and this is observed.</summary>
    /// <param name="PassesS">Engine seconds that pass.</param>
    /// <param name="Seen">What is observed; null: an engine in order, but for one field.</param>
    /// <param name="Field">Which field.</param>
    /// <param name="Which">With what it is spoilt, and how large the batch is.</param>
    /// <param name="StepS">What the step took, seconds.</param>
    private sealed record Event(double PassesS, Observation? Seen, int Field, int Which, double StepS);

    private sealed class Switched(IStepLatency sound, Func<bool> broken) : IStepLatency
    {
        public double AloneS(Phase phase, in StepWork work, int units) => broken() ? double.NaN : sound.AloneS(phase, in work, units);

        public double BesideS(Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits) =>
            broken() ? double.NaN : sound.BesideS(phase, in work, units, in beside, besideUnits);
    }
}
