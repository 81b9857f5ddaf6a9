using RapidTuner.Control.Learned;
using RapidTuner.Control.Planning;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Engine;

namespace RapidTuner.Control.Tests.Planning;

/// <summary>Which pair is planned for where the engine is slow to apply another.</summary>
public sealed class PairPlannerTests
{
    private static readonly PlannerSettings Settings = new() { StepsPerTick = 50_000 };
    private static readonly Split Half = new(152, 152);
    private static readonly Palette Palette = ToyDevice.PaletteOf(ToyDevice.Grid);

    [Fact]
    public void Plan_LongPromptsAndShortReplies_PrefillGetsMoreThanUnderShortPromptsAndLongReplies()
    {
        var prefill = Planned(promptTokens: 4000, outputTokens: 8, everyS: 1.5, applyS: 1);
        var decode = Planned(promptTokens: 60, outputTokens: 400, everyS: 0.5, applyS: 1);
        Assert.True(prefill.PrefillUnits > decode.PrefillUnits, $"{prefill} and {decode}");
    }

    [Fact]
    public void Plan_ARestart_IsMadeWhereItPaysAlone()
    {
        // Beside replies, half the device needs 1.4 s for a prompt and its reply, and one comes every 1.15 s; with one every 3 s there is nothing to gain.
        Assert.NotEqual(Half, Planned(promptTokens: 4000, outputTokens: 16, everyS: 1.15, applyS: 10, restarts: true));
        Assert.Equal(Half, Planned(promptTokens: 4000, outputTokens: 16, everyS: 3, applyS: 10, restarts: true));
        Assert.Equal(Half, Planned(promptTokens: 4000, outputTokens: 8, everyS: 1.5, applyS: 600, restarts: true));
    }

    [Fact]
    public void Plan_NothingArrivedYet_TheFirstPairStays()
    {
        var planner = Planner(new RecentRequests(100, 1), 1, restarts: false);
        Assert.Equal(Half, planner.Plan(Situation.BothPhases(8), planned: null).Pair);
        Assert.Equal(0, planner.Rounds);
    }

    [Fact]
    public void Plan_AChoice_IsTold()
    {
        var plans = new List<PlanSample>();
        Planned(promptTokens: 4000, outputTokens: 8, everyS: 1.5, applyS: 1, plans);
        var choice = plans.First(p => p.Candidates.Select(c => c.Parameters["pair_decode_units"]).Distinct().Count() > 3);
        Assert.Equal(PairPlanner.PairsOf(Palette).Length, choice.Candidates.Count);
        Assert.Equal(choice.Candidates[choice.ChosenIndex].Parameters["pair_decode_units"], choice.Chosen.Split.DecodeUnits);
        Assert.Equal(0, choice.CurrentIndex);
    }

    private static Split Planned(int promptTokens, int outputTokens, double everyS, double applyS, List<PlanSample>? plans = null, bool restarts = false)
    {
        var recent = new RecentRequests(Settings.RequestsMax, 1);
        for (var id = 0; id < 200; id++)
        {
            var nowS = id * everyS;
            recent.OnTaken(nowS, id, promptTokens, 0, Math.Max(1, promptTokens / 1000.0));
            recent.OnFirstToken(nowS + 0.5, id, nowS);
            recent.OnStep(new StepSample { Phase = Phase.Decode, EndS = nowS + 0.6 });
            recent.OnRequest(new RequestSample { Id = id, ArrivalS = nowS, FinishS = nowS + 3, PromptTokens = promptTokens, OutputTokens = outputTokens, Outcome = Outcome.Finished });
        }

        var planner = Planner(recent, applyS, restarts);
        for (var tick = 0; tick < 40; tick++)
        {
            planner.Plan(Situation.BothPhases(8) with { NowS = (200 * everyS) + tick }, plans is null ? null : plans.Add);
        }

        return planner.Present.Pair!.Value;
    }

    private static PairPlanner Planner(RecentRequests recent, double applyS, bool restarts)
    {
        var device = new ToyDevice();
        var options = new EngineOptions { DeviceUnits = ToyDevice.Units, KvBlocks = 20_000, ContextTokens = 32_768, ItlLimitS = Situation.ItlLimitS };
        var start = RuleParameters.AllLevers with { Pair = Half, MayFuse = false };
        var (latency, live) = (new RecalibratedLatency(device), new RecalibratedLatency(device));
        var rule = new FastRule(latency, Palette, Situation.ItlLimitS);
        var levers = new RolloutPlanner(recent, new Rollout(options, rule, latency, Settings), rule, latency, live, Settings, start, splitOnly: true);
        return new PairPlanner(levers, recent, new Rollout(options, rule, latency, Settings), rule, latency, live, Settings, options with { ApplyS = applyS, ApplyRestarts = restarts });
    }
}
