using RapidTuner.Control.Policies;
using RapidTuner.Core;

namespace RapidTuner.Control.Tests.Policies;

public sealed class PdmuxTableTests
{
    /// <summary>
    /// SGLang's table of an H100 (132 SMs, multiples of 8, six divisions): prefill from 112 down to 72. The rest is decode's, here
    /// rounded down to what a stream of its own may be masked to.
    /// </summary>
    [Fact]
    public void Rows_H100_AreSglangs() => Assert.Equal(
        [new(112, 16), new(104, 24), new(96, 32), new(88, 40), new(80, 48), new(72, 56)],
        new PdmuxTable(new UnitGrid(132, 8, 8)).Rows);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(11, 0)]
    [InlineData(12, 1)]
    [InlineData(18, 2)]
    [InlineData(35, 4)]
    [InlineData(36, 5)]
    [InlineData(5000, 5)]
    [InlineData(int.MaxValue, 5)]
    public void RowOf_DecodeBatch_IsSglangsFormula(int batch, int row) =>
        Assert.Equal(row, new PdmuxTable(new UnitGrid(132, 8, 8)).RowOf(batch));

    [Fact]
    public void Rows_DeviceTooSmallToDivideSo_IsOneSplit()
    {
        Assert.Equal([new Split(8, 8)], new PdmuxTable(new UnitGrid(16, 2, 4)).Rows);
        Assert.Equal([new Split(2, 2)], new PdmuxTable(new UnitGrid(2, 2, 2)).Rows);
    }
}
