using RapidTuner.Core;
using RapidTuner.Learning.Saturation;
using RapidTuner.Learning.Tests.Latency;

namespace RapidTuner.Learning.Tests.Saturation;

public sealed class ContentionMapTests
{
    [Fact]
    public void Of_UnitsByBatches_HasEveryCellNearTheTruth()
    {
        var chunk = StepWork.Prefill(1, 2048, 0);
        var cells = ContentionMap.Of(LatencyTrainerTests.Model, chunk, 1_000, [0, 24, 48, 76, 100], [8, 64]);

        Assert.Equal(6, cells.Count);
        Assert.All(cells, c =>
        {
            // Disjoint: decode is slowed by 0.3 of prefill's share, prefill by 0.05 of decode's.
            Assert.Equal(1 + (0.3 * c.PrefillUnits / 100), c.Decode.Factor, 0.08);
            Assert.Equal(1 + (0.05 * (100 - c.PrefillUnits) / 100), c.Prefill.Factor, 0.08);
            Assert.True(c.Decode.Low < c.Decode.Factor && c.Decode.Factor < c.Decode.High);
        });
    }
}
