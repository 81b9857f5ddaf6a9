namespace RapidTuner.Evaluation.Workloads.Transforms;

/// <summary>What becomes of coarse time stamps (<c>--arrivals</c>).</summary>
public enum ArrivalMode
{
    /// <summary>Spread uniformly within their step by the seed.</summary>
    Spread,

    /// <summary>Kept.</summary>
    AsIs,
}
