namespace RapidTuner.Learning.Saturation;

/// <summary>One cell of a contention map.</summary>
/// <param name="PrefillUnits">Prefill's units; decode has the rest of the device.</param>
/// <param name="DecodeBatch">Sequences of the decode batch.</param>
/// <param name="Prefill">How much slower prefill is than alone on its units.</param>
/// <param name="Decode">How much slower decode is than alone on its units.</param>
public readonly record struct ContentionCell(int PrefillUnits, int DecodeBatch, ContentionFactor Prefill, ContentionFactor Decode);
