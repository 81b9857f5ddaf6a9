namespace RapidTuner.Evaluation.Slos;

/// <summary>How strict the service-level objective is (COMPARISON §1).</summary>
public enum SloTier
{
    /// <summary>TTFT ≤ 1 s per 1,000 prompt tokens (floor 1 s), p99 ITL ≤ 100 ms, 50 ms for mixtures of experts.</summary>
    Paper,

    /// <summary>The geometric mean of the other two, request by request, floors first.</summary>
    Middle,

    /// <summary>TTFT ≤ 5× and p99 ITL ≤ 3× the unloaded values, floors 0.1 s and 5 ms.</summary>
    Tight,
}
