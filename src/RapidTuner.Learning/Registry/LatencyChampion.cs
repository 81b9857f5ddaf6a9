using RapidTuner.Learning.Latency;

namespace RapidTuner.Learning.Registry;

/// <summary>A latency model to be used.</summary>
/// <param name="Model">The model.</param>
/// <param name="Id">Its name, or that of the model it was scaled from; "" for the prior.</param>
/// <param name="Kind">How well it fits.</param>
/// <param name="Shipped">True when it travels with the program.</param>
public sealed record LatencyChampion(LatencyModel Model, string Id, ChampionKind Kind, bool Shipped);
