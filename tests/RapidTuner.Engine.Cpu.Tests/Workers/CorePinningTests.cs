using RapidTuner.Engine.Cpu.Workers;

namespace RapidTuner.Engine.Cpu.Tests.Workers;

public sealed class CorePinningTests
{
    [Theory]
    [InlineData(2, 2, false)]
    [InlineData(4, 3, false)]
    [InlineData(4, 4, true)]
    [InlineData(6, 16, true)]
    public void For_EnoughProcessors_GivesEachWorkerItsOwn(int workers, int processors, bool pins)
    {
        var given = CorePinning.For(workers, [.. Enumerable.Range(8, processors)]);
        Assert.Equal(pins, given is not null);
        Assert.Equal(pins ? Enumerable.Range(8, workers) : [], given ?? []);
    }

    [Fact]
    public void Pin_OnLinux_LeavesTheThreadThatProcessorAlone()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Empty(CorePinning.Allowed());
            Assert.False(CorePinning.Pin(0));
            return;
        }

        var before = CorePinning.Allowed();
        Assert.Equal(Environment.ProcessorCount, before.Count);
        IReadOnlyList<int> after = [];
        var thread = new Thread(() => after = CorePinning.Pin(before[^1]) ? CorePinning.Allowed() : []);
        thread.Start();
        thread.Join();
        Assert.Equal([before[^1]], after);
        Assert.Equal(before, CorePinning.Allowed());
    }
}
