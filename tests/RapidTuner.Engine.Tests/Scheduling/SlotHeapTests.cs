using FsCheck;
using FsCheck.Fluent;
using RapidTuner.Core.Numerics;
using RapidTuner.Engine.Scheduling;

namespace RapidTuner.Engine.Tests.Scheduling;

public class SlotHeapTests
{
    private const int Slots = 200;

    /// <summary>A sorted list is the oracle: push, pop and remove in any order leave both equal after every step.</summary>
    [Fact]
    public void Heap_AnyOperations_AgreesWithASortedList() =>
        Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), seed =>
        {
            var rng = new Rng(seed, "heap");
            var heap = new SlotHeap();
            var sorted = new SortedSet<(double Key, long Seq, int Slot)>();
            for (var i = 0; i < 400; i++)
            {
                Operate(rng, heap, sorted, i);
                Assert.Equal(sorted.Count, heap.Count);
                if (sorted.Count > 0)
                {
                    Assert.Equal((sorted.Min.Slot, sorted.Min.Key), (heap.Top, heap.TopKey));
                }
            }

            var copy = new SlotHeap();
            copy.Push(Slots * 3, 0, 0);
            copy.CopyFrom(heap);
            Assert.False(copy.Contains(Slots * 3));
            foreach (var (_, _, slot) in sorted)
            {
                Assert.True(copy.Contains(slot));
                Assert.Equal(slot, copy.Pop());
                Assert.Equal(slot, heap.Pop());
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Push_EqualKeys_KeepTheOrderOfTheirNumbers()
    {
        var heap = new SlotHeap();
        foreach (var slot in new[] { 5, 3, 9, 1 })
        {
            heap.Push(slot, double.NegativeInfinity, 100 - slot);
        }

        Assert.Equal([9, 5, 3, 1], Enumerable.Range(0, 4).Select(_ => heap.Pop()));
    }

    [Fact]
    public void Clear_LeavesNothing()
    {
        var heap = new SlotHeap();
        heap.Push(1, 1, 1);
        heap.Clear();
        Assert.Equal(0, heap.Count);
        Assert.False(heap.Contains(1));
        heap.Remove(1);
        heap.Remove(100_000);
    }

    private static void Operate(Rng rng, SlotHeap heap, SortedSet<(double Key, long Seq, int Slot)> sorted, int i)
    {
        var slot = rng.NextInt(Slots);
        var known = sorted.FirstOrDefault(e => e.Slot == slot, (0, 0, -1));
        Assert.Equal(known.Slot >= 0, heap.Contains(slot));
        switch (rng.NextInt(4))
        {
            case 0 or 1 when known.Slot < 0:
                // Few distinct keys, so that equal ones are common.
                var key = (double)rng.NextInt(10);
                heap.Push(slot, key, i);
                sorted.Add((key, i, slot));
                break;
            case 2 when sorted.Count > 0:
                Assert.Equal(sorted.Min.Slot, heap.Pop());
                sorted.Remove(sorted.Min);
                break;
            case 3:
                heap.Remove(slot);
                sorted.Remove(known);
                break;
            default:
                break;
        }
    }
}
