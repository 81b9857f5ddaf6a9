using RapidTuner.Control.Policies;
using RapidTuner.Core;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Search;

namespace RapidTuner.Evaluation.Tests.Replay;

public sealed class EngineRunTests
{
    private static readonly Goal[] Every = Enum.GetValues<Goal>();

    private readonly ReplayCell _cell = Scenes.Cell(Scenes.Trace(250, 4));

    [Fact]
    public void Probe_AnySettingAndRate_SettlesAsTheWholeRunDoes()
    {
        var open = 0;
        foreach (var setting in Settings())
        {
            foreach (var rateRps in new[] { 4.0, 10, 14, 40 })
            {
                var load = _cell.AtRate(3, rateRps);
                var whole = new EngineRun(_cell, setting, 3).Count(load, long.MaxValue, CancellationToken.None);
                foreach (var goal in Every)
                {
                    var probe = new EngineRun(_cell, setting, 3).Probe(load, [goal], CancellationToken.None);
                    Assert.Equal(whole.Reaches(goal), probe.Reaches(goal));
                    open += probe.Attained + probe.Missed < load.Scored ? 1 : 0;
                }
            }
        }

        Assert.True(open > 25, $"only {open} probes ended early");
    }

    [Fact]
    public void Whole_EveryRequestFinishes_CountsEveryGapAndToken()
    {
        var load = _cell.AsIs(1, 1);
        var result = new EngineRun(_cell, Settings()[0], 1).Whole(load, TimeProvider.System, log: null, CancellationToken.None);
        Assert.Equal(load.Requests.Length, result.Tally.TtftS.Count);
        Assert.Equal(load.Requests.Sum(r => r.OutputTokens - 1L), result.Tally.GapS.Total);
        Assert.Equal(load.Requests.Sum(r => (long)r.OutputTokens), result.Tally.OutputTokens);
        Assert.Equal(load.Requests.Length, result.Tally.Attained + result.Tally.Missed);
        Assert.NotEmpty(result.DecideS);
    }

    [Fact]
    public void Whole_MemoryPerPolicy_OverlapHasMoreKvThanThePaletteOnes()
    {
        var overlap = Kv("overlap");
        var fixedSplit = Kv("static:0.5");
        var dynamic = Kv("rapid");
        Assert.True(overlap > fixedSplit, $"{overlap} against {fixedSplit} blocks");
        Assert.True(fixedSplit > dynamic, $"{fixedSplit} against {dynamic} blocks");
    }

    private int Kv(string policy)
    {
        var setting = new Setting { Kind = RowKind.Pure, Policy = policy };
        var load = _cell.AsIs(1, 1);
        return _cell.EngineOf(setting, _cell.PolicyOf(setting), new RunTally(load, 1, detailed: false), 1).Scheduler.Options.KvBlocks;
    }

    private static Setting[] Settings() =>
    [
        new() { Kind = RowKind.Pure, Policy = "rapid" },
        new() { Kind = RowKind.Pure, Policy = "static:0.6", Order = PrefillOrder.Fcfs, ChunkTokens = 512 },
        new() { Kind = RowKind.Pure, Policy = "overlap", ChunkTokens = PolicySettings.WholePrompts },
        new() { Kind = RowKind.Hybrid, Policy = "hybrid" },
        new() { Kind = RowKind.Disaggregated, Policy = "disagg", PrefillDevices = 2 },
    ];
}
