using RapidTuner.Core;
using RapidTuner.Learning.Saturation;
using RapidTuner.Learning.Tests.Latency;

namespace RapidTuner.Learning.Tests.Saturation;

public sealed class ContentionMapTests
{
    [Fact]
    public void Of_UnitsByBatches_HasEveryCellAndIsNearTheTruth()
    {
        var chunk = StepWork.Prefill(1, 2048, 0);
        var cells = ContentionMap.Of(LatencyTrainerTests.Model, chunk, 1_000, [0, 24, 48, 76, 100], [8, 64]);

        Assert.Equal(6, cells.Count);

        // Disjoint: decode is slowed by 0.3 of prefill's share, prefill by 0.05 of decode's. Decode on 52 units sits at the kink of the
        // made-up bandwidth, where a ratio of two predictions is at its worst; the mean is not.
        Assert.InRange(cells.Average(c => Math.Abs(c.Decode.Factor - 1 - (0.3 * c.PrefillUnits / 100))), 0, 0.08);
        Assert.All(cells, c => Assert.Equal(1 + (0.05 * (100 - c.PrefillUnits) / 100), c.Prefill.Factor, 0.08));
        Assert.All(cells, c => Assert.True(c.Decode.Low < c.Decode.Factor && c.Decode.Factor < c.Decode.High));
    }
}
