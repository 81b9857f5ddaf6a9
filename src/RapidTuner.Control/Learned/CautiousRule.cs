using RapidTuner.Control.Policies;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Learned;

/// <summary>
/// What decides while predictions, plan or observation cannot be trusted: RAPID's rule (the fewest decode units that keep the limit, every unit for both where
/// contention allows) by deadlines, over RAPID's offline profile, corrected by what steps are measured to take. It asks no model, no forecast and no plan, and its parameters are constants but
/// for the chunk: as long as a prefill step keeps within most of one limit on the inter-token latency, by the same measurements.
/// </summary>
internal sealed class CautiousRule : IPolicy, IEngineObserver
{
    // Chosen on the earlier halves of the core cells' traces (docs/results/off-policy.md): of 0.5, 0.75, 1 and 1.5 limits.
    private const double ChunkItls = 0.75;

    private static readonly int[] Chunks = [256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096];

    private readonly RecalibratedLatency _latency;
    private readonly FastRule _rule;
    private readonly RuleParameters[] _byChunk;
    private readonly double _itlLimitS;

    /// <summary>The rule over the context's palette and profile.</summary>
    /// <param name="context">Palette and profile.</param>
    /// <param name="settings">Order and chunk of a policy that may not choose them.</param>
    /// <param name="splitOnly">True: order, chunk and demotion stay as they are.</param>
    public CautiousRule(PolicyContext context, PolicySettings settings, bool splitOnly)
    {
        _latency = new RecalibratedLatency(new ProfiledLatency(context));
        _rule = new FastRule(_latency, context.Palette, context.ItlLimitS);
        _itlLimitS = context.ItlLimitS;

        // Borrowing units that prefill holds wants to know how both fare on them: nobody has measured that.
        var start = (splitOnly ? RuleParameters.SplitOnly(settings.Order, settings.ChunkTokens) : RuleParameters.AllLevers) with { Overlaps = true, Borrows = false };
        _byChunk = splitOnly ? [start] : [.. Chunks.Select(c => start with { ChunkTokens = c })];
    }

    /// <inheritdoc/>
    public string Name => "cautious";

    /// <inheritdoc/>
    public Palette Palette => _rule.Palette;

    /// <inheritdoc/>
    public Decision Decide(in Observation seen) => _rule.Decide(in seen, _byChunk[Chunk(seen.ItlLimitS is > 0 and < 1e9 ? seen.ItlLimitS : _itlLimitS)]);

    /// <inheritdoc/>
    public void OnStep(in StepSample step) => _latency.OnStep(in step);

    /// <inheritdoc/>
    public void OnGaps(double nowS, double gapS, int count)
    {
    }

    /// <inheritdoc/>
    public void OnRequest(in RequestSample request)
    {
    }

    /// <summary>Place of the longest chunk that the whole device computes in time; the first where none is.</summary>
    private int Chunk(double itlLimitS)
    {
        var at = 0;
        while (at + 1 < _byChunk.Length)
        {
            var longer = StepWork.Prefill(1, _byChunk[at + 1].ChunkTokens, 0);
            if (_latency.AloneS(Phase.Prefill, in longer, Palette.DeviceUnits) > ChunkItls * itlLimitS)
            {
                break;
            }

            at++;
        }

        return at;
    }
}
