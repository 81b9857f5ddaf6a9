using System.Runtime.CompilerServices;
using RapidTuner.Telemetry.Ring;

namespace RapidTuner.Telemetry.Tests.Ring;

public sealed class BoundedRingTests
{
    [Fact]
    public void TryClaim_Full_SaysSoAtOnceAndGoesOnAfterARelease()
    {
        var ring = new BoundedRing<long>(4);
        for (var i = 0; i < 4; i++)
        {
            Assert.True(TryWrite(ring, i));
        }

        Assert.False(TryWrite(ring, 99));
        Assert.Equal(4, ring.Waiting);
        Assert.Equal(0, Read(ring));
        Assert.True(TryWrite(ring, 4));
        Assert.Equal([1L, 2, 3, 4], Drain(ring));
        Assert.True(Unsafe.IsNullRef(ref ring.TryPeek()));
    }

    [Fact]
    public void TryPeek_ClaimedButNotPublished_SeesNothing()
    {
        var ring = new BoundedRing<long>(4);
        ring.TryClaim(out var first) = 1;
        TryWrite(ring, 2);
        Assert.True(Unsafe.IsNullRef(ref ring.TryPeek()));
        ring.Publish(first);
        Assert.Equal([1L, 2], Drain(ring));
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(5, 8)]
    [InlineData(1024, 1024)]
    public void Capacity_RoundsUpToAPowerOfTwo(int asked, int got) => Assert.Equal(got, new BoundedRing<int>(asked).Capacity);

    [Fact]
    public void Threads_WritingAtOnce_LoseNothingAndKeepEachOnesOrder()
    {
        const int writers = 3;
        const int each = 100_000;
        var ring = new BoundedRing<Wide>(64);
        var threads = Enumerable.Range(0, writers).Select(w => new Thread(() =>
        {
            var spin = default(SpinWait);
            for (var i = 0; i < each; i++)
            {
                while (true)
                {
                    ref var slot = ref ring.TryClaim(out var ticket);
                    if (!Unsafe.IsNullRef(ref slot))
                    {
                        // A torn read would show two values that differ.
                        (slot.Writer, slot.First, slot.Last) = (w, i, i);
                        ring.Publish(ticket);
                        break;
                    }

                    spin.SpinOnce();
                }
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        var next = new int[writers];
        var waiting = default(SpinWait);
        for (var taken = 0; taken < writers * each;)
        {
            ref var slot = ref ring.TryPeek();
            if (Unsafe.IsNullRef(ref slot))
            {
                waiting.SpinOnce();
                continue;
            }

            Assert.True(slot.First == slot.Last && slot.First == next[slot.Writer]);
            next[slot.Writer]++;
            ring.Release();
            taken++;
        }

        threads.ForEach(t => t.Join());
        Assert.All(next, n => Assert.Equal(each, n));
        Assert.Equal(0, ring.Waiting);
    }

    [Fact]
    public void TryClaim_And_Release_AllocateNothing()
    {
        var ring = new BoundedRing<TelemetryEvent>(16);
        Turn(ring);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            Turn(ring);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Turn(BoundedRing<TelemetryEvent> ring)
    {
        ring.TryClaim(out var ticket).Kind = EventKind.Step;
        ring.Publish(ticket);
        _ = ring.TryPeek().Kind;
        ring.Release();
    }

    private static bool TryWrite(BoundedRing<long> ring, long value)
    {
        ref var slot = ref ring.TryClaim(out var ticket);
        if (Unsafe.IsNullRef(ref slot))
        {
            return false;
        }

        slot = value;
        ring.Publish(ticket);
        return true;
    }

    private static long Read(BoundedRing<long> ring)
    {
        var value = ring.TryPeek();
        ring.Release();
        return value;
    }

    private static List<long> Drain(BoundedRing<long> ring)
    {
        var values = new List<long>();
        while (!Unsafe.IsNullRef(ref ring.TryPeek()))
        {
            values.Add(Read(ring));
        }

        return values;
    }

    private struct Wide
    {
        public int Writer;
        public int First;
        public long Padding1;
        public long Padding2;
        public int Last;
    }
}
