using RapidTuner.Core;
using RapidTuner.Learning.Latency;

namespace RapidTuner.Learning.Saturation;

/// <summary>Contention over prefill's units and the decode batch, disjoint splits: data for dashboards and reports.</summary>
public static class ContentionMap
{
    /// <summary>The map, row by row of units.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prefill">The prefill step that runs.</param>
    /// <param name="contextTokensEach">Tokens in the cache per decoding sequence.</param>
    /// <param name="prefillUnits">Prefill's unit counts; one that leaves decode nothing is left out.</param>
    /// <param name="decodeBatches">Sequences of the decode batch, 1 or more.</param>
    public static IReadOnlyList<ContentionCell> Of(
        LatencyModel model, in StepWork prefill, int contextTokensEach, IReadOnlyList<int> prefillUnits, IReadOnlyList<int> decodeBatches)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prefillUnits);
        ArgumentNullException.ThrowIfNull(decodeBatches);
        var cells = new List<ContentionCell>();
        foreach (var units in prefillUnits.Where(u => u > 0 && u < model.Scene.Units))
        {
            var rest = model.Scene.Units - units;
            foreach (var batch in decodeBatches)
            {
                var decode = StepWork.Decode(batch, (long)batch * contextTokensEach);
                cells.Add(new ContentionCell(
                    units,
                    batch,
                    ContentionFactor.Of(model, Phase.Prefill, in prefill, units, in decode, rest),
                    ContentionFactor.Of(model, Phase.Decode, in decode, rest, in prefill, units)));
            }
        }

        return cells;
    }
}
