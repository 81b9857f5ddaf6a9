using RapidTuner.Core;

namespace RapidTuner.Engine.Profiling;

/// <summary>One kind of step on a number of units.</summary>
/// <param name="Phase">Prefill or decode.</param>
/// <param name="BatchSeqs">Sequences of the step.</param>
/// <param name="SeqLenTokens">New tokens of each sequence (prefill); tokens that each has in the cache (decode).</param>
/// <param name="Units">Units that it may use.</param>
public readonly record struct ProfileStep(Phase Phase, int BatchSeqs, int SeqLenTokens, int Units)
{
    /// <summary>The step as an engine sees it.</summary>
    public StepWork Work => Phase == Phase.Prefill
        ? StepWork.Prefill(BatchSeqs, SeqLenTokens, 0)
        : StepWork.Decode(BatchSeqs, (long)BatchSeqs * SeqLenTokens);
}
