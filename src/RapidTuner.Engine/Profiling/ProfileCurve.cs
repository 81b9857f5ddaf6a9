using RapidTuner.Core;

namespace RapidTuner.Engine.Profiling;

/// <summary>Latency of one kind of step over the units.</summary>
/// <param name="Phase">Prefill or decode.</param>
/// <param name="BatchSeqs">Sequences of the step.</param>
/// <param name="SeqLenTokens">Tokens of each, as in <see cref="ProfileStep"/>.</param>
/// <param name="Points">Units and median latency, seconds; units rising.</param>
/// <param name="SaturationUnits">The saturation point; null where the whole device was not measured.</param>
/// <param name="HalfOverFull">Latency at the count nearest to half the device over that of the whole device; null where one was not measured.</param>
public sealed record ProfileCurve(
    Phase Phase, int BatchSeqs, int SeqLenTokens, IReadOnlyList<(int Units, double MedianS)> Points, int? SaturationUnits, double? HalfOverFull);
