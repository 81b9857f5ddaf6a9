using RapidTuner.Engine.Cpu.Profiling;

namespace RapidTuner.Engine.Cpu.Tests.Profiling;

public sealed class MachineMarkTests
{
    private const long GiB = 1L << 30;

    [Fact]
    public void Read_Twice_IsTheSame() => Assert.Equal(MachineMark.Read(), MachineMark.Read());

    [Fact]
    public void Of_WhatDiffersOnAnotherMachine_Differs()
    {
        var mark = MachineMark.Of("a", 2, 512, 24 * GiB);
        string?[] others = [MachineMark.Of("b", 2, 512, 24 * GiB), MachineMark.Of("a", 4, 512, 24 * GiB), MachineMark.Of("a", 2, 256, 24 * GiB), MachineMark.Of("a", 2, 512, 8 * GiB)];
        Assert.DoesNotContain(mark, others);
        Assert.Equal(mark, MachineMark.Of(" a ", 2, 512, (24 * GiB) - 123_456_789));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public void Of_AProcessorWithoutAName_IsNoMark(string? name) => Assert.Null(MachineMark.Of(name, 2, 512, GiB));

    [Fact]
    public void NameOf_KernelsLists_FindsTheFirstProcessor()
    {
        Assert.Equal("AMD EPYC 9R14", MachineMark.NameOf(["processor\t: 0", "vendor_id\t: AuthenticAMD", "model name\t: AMD EPYC 9R14", "model name\t: other"]));
        Assert.Equal("0x41 0xd40", MachineMark.NameOf(["processor\t: 0", "CPU implementer\t: 0x41", "CPU variant\t: 0x1", "CPU part\t: 0xd40"]));
        Assert.Null(MachineMark.NameOf(["nothing"]));
    }

    [Fact]
    public void MemoryBytes_KernelsList_IsTheTotal()
    {
        Assert.Equal(24_000_000L << 10, MachineMark.MemoryBytes(["MemTotal:       24000000 kB", "MemFree:          100 kB"]));
        Assert.Null(MachineMark.MemoryBytes(["MemFree:          100 kB", "MemTotal: much"]));
    }
}
