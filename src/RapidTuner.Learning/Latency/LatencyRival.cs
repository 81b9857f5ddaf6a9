namespace RapidTuner.Learning.Latency;

/// <summary>The model that a new one is to replace.</summary>
/// <param name="Model">The model.</param>
/// <param name="SeenSeq">Highest seq among the samples that it was trained on: the two are compared on later ones, which neither has seen; −1: it saw none of them.</param>
public sealed record LatencyRival(LatencyModel Model, long SeenSeq);
