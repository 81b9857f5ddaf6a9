using RapidTuner.Control.Policies;
using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Learned;

/// <summary>
/// RAPID's rule as a fallback, which has to do without hindsight. It plans for half of the limit and in short chunks: chosen on two cells, where its usual settings lose half of
/// its goodput or more; in others hindsight takes longer chunks and higher margins (docs/results/off-policy.md). Where it may, it serves prompts last that
/// the whole device could not serve in time any more, by its own profile.
/// </summary>
internal sealed class CautiousRapid : IPolicy
{
    private const double Margin = 0.5;
    private const int Chunk = 512;
    private const int ProbeTokens = 2048;

    private readonly RapidPolicy _rule;
    private readonly double _demotionTokensPerS;

    /// <summary>The rule over the context's palette.</summary>
    /// <param name="context">Palette and profile.</param>
    /// <param name="settings">Order and chunk of a policy that may not choose them.</param>
    /// <param name="splitOnly">True: order, chunk and demotion stay as they are.</param>
    public CautiousRapid(PolicyContext context, PolicySettings settings, bool splitOnly)
    {
        _rule = new RapidPolicy(context, settings with { ItlMargin = Margin, ChunkTokens = splitOnly ? settings.ChunkTokens : Chunk });
        var probe = StepWork.Prefill(1, ProbeTokens, 0);
        _demotionTokensPerS = splitOnly ? 0 : ProbeTokens / context.Solo.PrefillS(in probe, Palette.PrefillUnits.Length - 1);
    }

    /// <inheritdoc/>
    public string Name => _rule.Name;

    /// <inheritdoc/>
    public Palette Palette => _rule.Palette;

    /// <inheritdoc/>
    public Decision Decide(in Observation seen) => _rule.Decide(in seen) with { DemotionTokensPerS = _demotionTokensPerS };
}
