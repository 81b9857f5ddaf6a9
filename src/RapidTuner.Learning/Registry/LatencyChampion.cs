using RapidTuner.Learning.Latency;

namespace RapidTuner.Learning.Registry;

/// <summary>A latency model to be used.</summary>
/// <param name="Model">The model.</param>
/// <param name="Id">Its name, or that of the model it was scaled from; "" for the prior.</param>
/// <param name="Kind">How well it fits.</param>
/// <param name="Shipped">True when it travels with the program.</param>
public sealed record LatencyChampion(LatencyModel Model, string Id, ChampionKind Kind, bool Shipped)
{
    /// <summary>The model where it was trained on just this device and model; null where it was scaled, measured at the start or assumed.</summary>
    public LatencyModel? Exact => Kind == ChampionKind.Exact ? Model : null;
}
