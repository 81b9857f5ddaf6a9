using RapidTuner.Core;
using RapidTuner.Evaluation.Oracle;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Tests.Replay;

namespace RapidTuner.Evaluation.Tests.Oracle;

public sealed class OracleRowsTests
{
    [Fact]
    public void Run_Oracle_IsNoWorseThanAnySplitRowAndBetterThanStaticUnderStrain()
    {
        var report = Run(Scenes.Options("overlap", "rapid", "bullet", "static-best", "oracle:split-only", "oracle"));
        var oracle = report.Policies.Single(p => p.Name == "oracle");
        Assert.All(report.Policies, row => Assert.True(row.Attained <= oracle.Attained, row.Name));
        Assert.True(oracle.Attained > report.Policies.Single(p => p.Name == "static-best").Attained);
        Assert.Equal("search", oracle.Chosen.From);
    }

    [Fact]
    public void Run_OracleAlone_ComputesStaticBestWithoutShowingIt()
    {
        var report = Run(Scenes.Options("oracle"));
        Assert.Equal(["oracle"], report.Policies.Select(p => p.Name));
    }

    [Fact]
    public void Run_OracleSearch_IsNoLowerThanStaticBest()
    {
        var report = Run(Scenes.Options("oracle", "static-best") with { FindMaxGoodput = true, ExtraGoals = false, FixedRows = false });
        Assert.Equal(["oracle", "static-best"], report.Policies.Select(p => p.Name));
        Assert.True(report.Policies[0].MaxGoodputRps >= report.Policies[1].MaxGoodputRps);
        Assert.True(report.Policies[0].Attainment >= 0.9);
    }

    [Fact]
    public void Around_SplitOnly_KeepsOrderChunkAndDemotion()
    {
        var device = Scenes.Of(Scenes.Trace(1, 1)).Device;
        var all = new OracleLevers(device, PrefillOrder.Fcfs, 512, splitOnly: false);
        var splits = new OracleLevers(device, PrefillOrder.Fcfs, 512, splitOnly: true);
        Assert.All(splits.Around(splits.Start), a => Assert.Equal((PrefillOrder.Fcfs, 512, false), (a.Order, a.ChunkTokens, a.Demotes)));
        var around = all.Around(all.Start).ToArray();
        Assert.Equal(all.Start, around[0]);
        Assert.Equal(around.Length, around.Distinct().Count());
        Assert.Contains(around, a => a.Order == PrefillOrder.Spf);
        Assert.Contains(around, a => a.ChunkTokens == 4096);
        Assert.Contains(around, a => a.Demotes != all.Start.Demotes);
    }

    private static Evaluation.Reports.ReplayReport Run(ReplayOptions options) =>
        new ReplayRunner(TimeProvider.System).Run(Scenes.Of(Scenes.Trace(250, 16)), options);
}
