using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Serving.Live;

namespace RapidTuner.Tests.Serving.Live;

public sealed class ReasonCountsTests
{
    private readonly ReasonCounts _counts = new();

    [Fact]
    public void OverMinute_OlderDecisions_AreForgotten_AndStayInAll()
    {
        Decide(1, Reason.Held);
        Decide(1.5, Reason.Held);
        Decide(30, Reason.SmallestDecode);

        Assert.Equal(2, _counts.OverMinute(Reason.Held, 60.9));
        Assert.Equal(0, _counts.OverMinute(Reason.Held, 61));
        Assert.Equal(1, _counts.OverMinute(Reason.SmallestDecode, 61));
        Assert.Equal(2, _counts.InAll(Reason.Held));
    }

    [Fact]
    public void OverMinute_SecondsThatShareAPlace_AreNotMixed()
    {
        Decide(5, Reason.Held);
        Decide(5 + ReasonCounts.Seconds, Reason.KvPressure);

        Assert.Equal(0, _counts.OverMinute(Reason.Held, 66));
        Assert.Equal(1, _counts.OverMinute(Reason.KvPressure, 66));
    }

    [Fact]
    public void OnDecision_Warm_AllocatesNothing()
    {
        Decide(0, Reason.Held);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            Decide(i * 0.1, Reason.Held);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private void Decide(double nowS, Reason reason)
    {
        var seen = new Observation { NowS = nowS };
        var decided = new Decision(new Split(1, 1), reason);
        _counts.OnDecision(in seen, in decided);
    }
}
