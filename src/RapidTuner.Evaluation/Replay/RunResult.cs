namespace RapidTuner.Evaluation.Replay;

/// <summary>One run, whole.</summary>
/// <param name="Load">What was submitted.</param>
/// <param name="Tally">What was attained, with details.</param>
/// <param name="Switches">Splits that took effect.</param>
/// <param name="DecideS">Sampled times of decisions, seconds.</param>
/// <param name="WallS">Time from the first event to the last, seconds.</param>
internal sealed record RunResult(Load Load, RunTally Tally, long Switches, IReadOnlyList<double> DecideS, double WallS)
{
    /// <summary>Attained / scored requests.</summary>
    public double? Attainment => Load.Scored == 0 ? null : (double)Tally.Attained / Load.Scored;

    /// <summary>Attained / arrival span, requests/s; null for a span of 0.</summary>
    public double? GoodputRps => Load.SpanS > 0 ? Tally.Attained / Load.SpanS : null;

    /// <summary>Output tokens / (last finish − start of the arrival span), tokens/s; null for a span of 0 or where nothing finished.</summary>
    public double? ThroughputTokS =>
        Load.SpanS > 0 && Tally.LastFinishS > Load.StartS ? Tally.OutputTokens / (Tally.LastFinishS - Load.StartS) : null;
}
