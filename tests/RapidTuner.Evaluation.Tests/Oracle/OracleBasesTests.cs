using RapidTuner.Core;
using RapidTuner.Evaluation.Oracle;
using RapidTuner.Evaluation.Tests.Replay;

namespace RapidTuner.Evaluation.Tests.Oracle;

public sealed class OracleBasesTests
{
    private static readonly OracleLevers Levers = new(Scenes.Of(Scenes.Trace(1, 1)).Device, PrefillOrder.Fcfs, 512, splitOnly: false);

    [Fact]
    public void Choose_LeversThatAddUp_FindsTheBestOfEach()
    {
        var bases = OracleBases.Choose(Levers, (action, _) => Worth(action));
        Assert.Equal(new OracleAction(new OracleSplit(null, 0.7, true), PrefillOrder.Spf, 4096, true), bases[0]);
        Assert.Equal(OracleBases.Kept, bases.Length);
        Assert.Equal(bases.OrderByDescending(Worth), bases);
    }

    [Fact]
    public void Choose_AllAlike_StaysWhereItStarted() => Assert.Equal(Levers.Start, OracleBases.Choose(Levers, (_, _) => 5)[0]);

    [Fact]
    public void Choose_EachAction_IsTriedOnceAndToldTheBestSoFar()
    {
        var tried = new List<OracleAction>();
        var bestSoFar = 0L;
        OracleBases.Choose(Levers, (action, best) =>
        {
            Assert.Equal(bestSoFar, best);
            tried.Add(action);
            bestSoFar = Math.Max(bestSoFar, Worth(action));
            return Worth(action);
        });
        Assert.Equal(tried.Count, tried.Distinct().Count());
    }

    private static long Worth(OracleAction action) =>
        (action.Split == new OracleSplit(null, 0.7, true) ? 8 : 0) + (action.ChunkTokens == 4096 ? 4 : 0) + (action.Order == PrefillOrder.Spf ? 2 : 0) + (action.Demotes ? 1 : 0);
}
