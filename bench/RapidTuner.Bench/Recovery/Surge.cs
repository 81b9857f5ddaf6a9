namespace RapidTuner.Bench.Recovery;

/// <summary>A sudden growth of the prefill load.</summary>
/// <param name="Factor">Prompt tokens per second during it / before it.</param>
/// <param name="FromS">When it begins, seconds.</param>
/// <param name="LastsS">How long it lasts, seconds.</param>
/// <param name="EndS">End of the load, seconds.</param>
internal sealed record Surge(double Factor, double FromS, double LastsS, double EndS)
{
    /// <summary>True for a request that arrives during it.</summary>
    public bool Holds(double arrivalS) => arrivalS >= FromS && arrivalS < FromS + LastsS;
}
