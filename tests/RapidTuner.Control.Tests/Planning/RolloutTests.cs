using RapidTuner.Control.Learned;
using RapidTuner.Control.Planning;
using RapidTuner.Core.Control;
using RapidTuner.Engine;

namespace RapidTuner.Control.Tests.Planning;

/// <summary>A rollout says what the scheduler would do with a scenario, the same at each asking and in slices of any size.</summary>
public sealed class RolloutTests
{
    private static readonly ToyDevice Device = new();
    private static readonly EngineOptions Options = new() { DeviceUnits = ToyDevice.Units, KvBlocks = 20_000, ContextTokens = 32_768, ItlLimitS = Situation.ItlLimitS };

    [Fact]
    public void Run_LightLoad_AllAttain()
    {
        var rollout = Run(Scenario(gapS: 4), 1, int.MaxValue);
        Assert.Equal(30, rollout.Scored);
        Assert.InRange(rollout.Attained, 29, 30);
    }

    [Fact]
    public void Run_FarTooMuch_FewAttain() => Assert.True(Run(Scenario(gapS: 4, count: 400), 40, int.MaxValue).Attained < 200);

    [Fact]
    public void Run_InSlices_TheSame() =>
        Assert.Equal(Run(Scenario(gapS: 1), 1.3, int.MaxValue).Attained, Run(Scenario(gapS: 1), 1.3, 17).Attained);

    [Fact]
    public void Run_WithATerminalValue_AddsItInPlaceOfWhoIsInFlight()
    {
        // Two seconds' worth of the scenario's arrivals, whatever the state: only rates and the count of those in flight are read.
        var seen = new List<PlanState>();
        var valued = Run(Scenario(gapS: 0.5), 1, int.MaxValue, new Valued(state => { seen.Add(state); return 2 * state.RequestsPerS; }));
        Assert.Null(Run(Scenario(gapS: 0.5), 1, int.MaxValue).Beyond);
        var end = Assert.Single(seen);
        Assert.Equal(40 / 19.5, end.RequestsPerS, 1e-9);
        Assert.InRange(end.DecodeSequences + end.PrefillQueued, 1, 40);
        Assert.InRange(valued.Beyond!.Value, (2 * end.RequestsPerS) - end.DecodeSequences - end.PrefillQueued - 1, 2 * end.RequestsPerS);
    }

    private static Rollout Run(List<ScenarioRequest> scenario, double speedup, int slice, ITerminalValue? terminal = null)
    {
        var rule = new FastRule(Device, ToyDevice.PaletteOf(ToyDevice.Grid), Situation.ItlLimitS);
        var rollout = new Rollout(Options, rule, Device, new PlannerSettings { FillShare = 0.25 }, terminal);
        rollout.Start(RuleParameters.AllLevers, scenario, speedup, 1);
        while (!rollout.Done)
        {
            rollout.Advance(slice);
        }

        return rollout;
    }

    private static List<ScenarioRequest> Scenario(double gapS, int count = 40) => [.. Enumerable.Range(0, count).Select(i => new ScenarioRequest(gapS * i, 1000 + (37 * (i % 40)), 0, 40 + (3 * (i % 40)), 4))];

    private sealed class Valued(Func<PlanState, double> value) : ITerminalValue
    {
        public double Value(in PlanState state) => value(state);
    }
}
