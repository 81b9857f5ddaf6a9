namespace RapidTuner.Core.Control;

/// <summary>
/// Predicts how long a step takes. The twin is one; a profile taken as a paper takes it is another; a learned model a
/// third. Policies see this contract and never know which.
/// </summary>
public interface IStepLatency
{
    /// <summary>Seconds of a step of <paramref name="phase"/> on <paramref name="units"/> units with the other phase idle.</summary>
    double AloneS(Phase phase, in StepWork work, int units);

    /// <summary>
    /// Seconds of a step of <paramref name="phase"/> on <paramref name="units"/> units while <paramref name="beside"/>, a step of the
    /// other phase, runs all along on <paramref name="besideUnits"/> units. Units that exceed the device overlap.
    /// </summary>
    double BesideS(Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits);

    /// <summary>
    /// Seconds of a hybrid step on <paramref name="units"/> units. By default reckoned from steps of one phase: a prefill step of as many more tokens as decode has, for the
    /// weights are read once, and what decode's context adds to a decode step.
    /// </summary>
    double FusedS(in StepWork prefill, in StepWork decode, int units)
    {
        if (prefill.NewTokens == 0 || decode.NewTokens == 0)
        {
            return prefill.NewTokens == 0 ? AloneS(Phase.Decode, in decode, units) : AloneS(Phase.Prefill, in prefill, units);
        }

        var seen = prefill.AttentionPairs / prefill.NewTokens;
        var together = prefill with
        {
            NewTokens = prefill.NewTokens + decode.NewTokens,
            AttentionPairs = prefill.AttentionPairs + (decode.NewTokens * (seen + (0.5 * (prefill.NewTokens + decode.NewTokens)))),
        };
        var bare = StepWork.Decode(decode.Sequences, 0);
        return AloneS(Phase.Prefill, in together, units) + Math.Max(0, AloneS(Phase.Decode, in decode, units) - AloneS(Phase.Decode, in bare, units));
    }
}
