using RapidTuner.Core;
using RapidTuner.Core.Numerics;
using RapidTuner.Engine.Scheduling;

namespace RapidTuner.Engine.Tests.Scheduling;

public class PrefillQueueTests
{
    private const double Ageing = 15;

    private readonly RequestTable _table = new();
    private readonly PrefillQueue _queue;
    private long _id;

    public PrefillQueueTests() => _queue = new PrefillQueue(_table, Ageing);

    [Fact]
    public void Peek_Spf_OrdersByTokensLessAgeing()
    {
        // After 10 s, 150 tokens of age: the longer prompt that waited is ahead of one 149 tokens shorter, behind one 151 shorter.
        var waited = Push(arrivalS: 0, prompt: 1000);
        var near = Push(arrivalS: 10, prompt: 851);
        var shorter = Push(arrivalS: 10, prompt: 849);
        Assert.Equal([shorter, waited, near], Served());
    }

    [Fact]
    public void Peek_SpfAtAnyTime_MatchesTheScoreComputedAfresh()
    {
        var rng = new Rng(1, "queue");
        for (var i = 0; i < 100; i++)
        {
            Push(100 * rng.NextDouble(), 1 + rng.NextInt(4000), rng.NextInt(2) * rng.NextInt(4000));
        }

        const double nowS = 123.4;
        var expected = Enumerable.Range(0, 100).OrderBy(s => _table[s].RemainingTokens - (Ageing * (nowS - _table[s].ArrivalS))).ToArray();
        Assert.Equal(expected, Served());
    }

    [Fact]
    public void Peek_Spf_CountsUncachedTokensOnly()
    {
        var cached = Push(arrivalS: 0, prompt: 5000, cached: 4950);
        var whole = Push(arrivalS: 0, prompt: 100);
        Assert.Equal([cached, whole], Served());
    }

    [Fact]
    public void Peek_Fcfs_OrdersByArrivalThenNumber()
    {
        _queue.Order = PrefillOrder.Fcfs;
        var second = Push(arrivalS: 2, prompt: 1);
        var first = Push(arrivalS: 1, prompt: 1000);
        var third = Push(arrivalS: 2, prompt: 1);
        Assert.Equal([first, second, third], Served());
    }

    [Fact]
    public void Order_Changed_ReordersThoseThatWait()
    {
        var early = Push(arrivalS: 0, prompt: 1000);
        var small = Push(arrivalS: 1, prompt: 10);
        Assert.Equal(small, _queue.Peek(2, 0));
        _queue.Order = PrefillOrder.Fcfs;
        Assert.Equal(early, _queue.Peek(2, 0));
        _queue.Order = PrefillOrder.Spf;
        Assert.Equal(small, _queue.Peek(2, 0));
        Assert.Equal(2, _queue.Count);
    }

    [Theory]
    [InlineData(PrefillOrder.Spf)]
    [InlineData(PrefillOrder.Fcfs)]
    public void Peek_Preempted_ComesFirst(PrefillOrder order)
    {
        _queue.Order = order;
        Push(arrivalS: 0, prompt: 1);
        var preempted = Push(arrivalS: 5, prompt: 3000, preemptions: 1);
        Assert.Equal(preempted, _queue.Peek(6, 0));
    }

    [Fact]
    public void Peek_Demotion_ServesTheLateLastAndDropsNone()
    {
        // At 1000 tokens/s, 900 tokens cannot be done by 0.5 s; 100 can.
        var late = Push(arrivalS: 0, prompt: 900, ttftLimitS: 0.5);
        var later = Push(arrivalS: 0.01, prompt: 800, ttftLimitS: 0.5);
        var hopeful = Push(arrivalS: 0.02, prompt: 100, ttftLimitS: 0.5);
        var far = Push(arrivalS: 0.02, prompt: 3000, ttftLimitS: 10);
        Assert.Equal([hopeful, far, later, late], Served(nowS: 0.1, demotionTokensPerS: 1000));
    }

    [Fact]
    public void Peek_Demotion_SparesThosePreempted()
    {
        var preempted = Push(arrivalS: 0, prompt: 900, ttftLimitS: 0.001, preemptions: 1);
        _table[preempted].FirstTokenS = 0.5;
        Push(arrivalS: 0, prompt: 1, ttftLimitS: 100);
        Assert.Equal(preempted, _queue.Peek(1, 1000));
    }

    [Fact]
    public void Count_Demoted_StillCounts()
    {
        Push(arrivalS: 0, prompt: 900, ttftLimitS: 0.1);
        Push(arrivalS: 0, prompt: 10, ttftLimitS: 100);
        _queue.Peek(50, 1000);
        Assert.Equal(2, _queue.Count);
        Assert.Equal(910, _queue.Tokens);
        Assert.Equal(0, _queue.OldestArrivalS);
    }

    [Fact]
    public void Started_OnlyThoseWithBlocks_InOrder()
    {
        Push(arrivalS: 0, prompt: 10);
        Assert.Equal(-1, _queue.Started);
        var longer = Push(arrivalS: 0, prompt: 500, blocks: 40);
        var shorter = Push(arrivalS: 0, prompt: 400, blocks: 30);
        Assert.Equal(shorter, _queue.Started);
        _queue.Remove(shorter);
        Assert.Equal(longer, _queue.Started);
        _queue.Order = PrefillOrder.Fcfs;
        Assert.Equal(longer, _queue.Started);
    }

    [Fact]
    public void Empty_HasNoHeadAndNoOldest()
    {
        Assert.Equal(-1, _queue.Peek(0, 0));
        Assert.Equal(-1, _queue.Started);
        Assert.Equal(double.NaN, _queue.OldestArrivalS);
    }

    private int Push(double arrivalS, int prompt, int cached = 0, double ttftLimitS = double.PositiveInfinity, int preemptions = 0, int blocks = 0)
    {
        var slot = _table.Take();
        ref var request = ref _table[slot];
        request = RequestSlot.Of(_id++, new EngineRequest(arrivalS, prompt, Math.Min(cached, prompt), 1, ttftLimitS));
        request.Preemptions = preemptions;
        request.Restart();
        request.Blocks = blocks;
        _queue.Push(slot);
        return slot;
    }

    private List<int> Served(double nowS = 0, double demotionTokensPerS = 0)
    {
        var served = new List<int>();
        for (var slot = _queue.Peek(nowS, demotionTokensPerS); slot >= 0; slot = _queue.Peek(nowS, demotionTokensPerS))
        {
            _queue.Remove(slot);
            served.Add(slot);
        }

        Assert.Equal(0, _queue.Count);
        Assert.Equal(0, _queue.Tokens);
        return served;
    }
}
