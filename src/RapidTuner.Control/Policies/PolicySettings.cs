using RapidTuner.Core;
using RapidTuner.Core.Errors;

namespace RapidTuner.Control.Policies;

/// <summary>
/// What can be set of a policy. The defaults are the fixed setting of a plain run; a search tunes order, chunk and ITL
/// margin (COMPARISON §2). Sources of the other defaults stand in docs/policies.md.
/// </summary>
public sealed record PolicySettings
{
    /// <summary>A <see cref="ChunkTokens"/> that never cuts a prompt.</summary>
    public const int WholePrompts = int.MaxValue;

    /// <summary>Order of the prefill queue; default shortest prompt first.</summary>
    public PrefillOrder Order { get; init; } = PrefillOrder.Spf;

    /// <summary>Most new prompt tokens of a prefill step, 16 or more, or <see cref="WholePrompts"/>; default 2048.</summary>
    public int ChunkTokens { get; init; } = 2048;

    /// <summary>
    /// Share of the ITL limit that a decode step may be predicted to take (rapid, nexus, bullet), 0 to 1; default 0.8.
    /// 0 gives <c>nexus</c> its paper's own rule, which has no ITL limit; 1 is RAPID-Serve's and Bullet's.
    /// </summary>
    public double ItlMargin { get; init; } = 0.8;

    /// <summary>Slowdown that Nexus allows to prefill where decode goes first, 1 or more; default 1.3 (Nexus §5).</summary>
    public double NexusAlpha { get; init; } = 1.3;

    /// <summary>Slowdown that Nexus allows to decode where prefill goes first, 1 or more; default 1.1 (Nexus §5).</summary>
    public double NexusBeta { get; init; } = 1.1;

    /// <summary>KV use above which Nexus puts decode first, share 0 to 1; default 0.7 (Nexus §5).</summary>
    public double NexusKvUseShare { get; init; } = 0.7;

    /// <summary>
    /// Change of a phase's share that Nexus ignores (its δ), 0 to 1; default 0.05. The paper names no value: it is below one
    /// step of a palette of eight, so that only changes smaller than the palette's are held back.
    /// </summary>
    public double NexusHysteresisShare { get; init; } = 0.05;

    /// <summary>Stream groups of pdmux, the two undivided ones included, 3 to 9; default 8 (SGLang's <c>sm_group_num</c>).</summary>
    public int PdmuxGroups { get; init; } = 8;

    /// <summary>Decode batch at which pdmux reaches its last division, 1 or more; default 36 (SGLang's <c>decode_bs_divisor</c>).</summary>
    public int PdmuxBatchDivisor { get; init; } = 36;

    /// <summary>Decode tokens from which ATOM masks, 1 or more; default 64.</summary>
    public int AtomDecodeTokens { get; init; } = 64;

    /// <summary>Throws <see cref="BadInputException"/> with every value that is out of range.</summary>
    public void Check()
    {
        var found = new Problems();
        found.InRange("policy.chunk_tokens", ChunkTokens, 16, WholePrompts);
        found.InRange("policy.itl_margin", ItlMargin, 0, 1);
        found.InRange("policy.nexus_alpha", NexusAlpha, 1, 100);
        found.InRange("policy.nexus_beta", NexusBeta, 1, 100);
        found.InRange("policy.nexus_kv_use_share", NexusKvUseShare, 0, 1);
        found.InRange("policy.nexus_hysteresis_share", NexusHysteresisShare, 0, 1);
        found.InRange("policy.pdmux_groups", PdmuxGroups, 3, 9);
        found.InRange("policy.pdmux_batch_divisor", PdmuxBatchDivisor, 1, int.MaxValue);
        found.InRange("policy.atom_decode_tokens", AtomDecodeTokens, 1, int.MaxValue);
        found.ThrowIfAny();
    }
}
