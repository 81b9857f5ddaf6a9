namespace RapidTuner.Evaluation.Search;

/// <summary>What a search for max_goodput asks of a run.</summary>
internal enum Goal
{
    /// <summary>Attainment of 0.90 with a request's p99 ITL: max_goodput itself.</summary>
    P99At90,

    /// <summary>Attainment of 0.99 with a request's p99 ITL.</summary>
    P99At99,

    /// <summary>Attainment of 0.90 with a request's mean ITL (TPOT).</summary>
    TpotAt90,
}
