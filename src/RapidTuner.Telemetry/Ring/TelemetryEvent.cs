using System.Runtime.InteropServices;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Telemetry.Ring;

/// <summary>
/// What an engine reports, in one slot of the ring: one ring for every kind keeps their order, on which the windows and a
/// reproducible log rest. The kinds share their bytes (none holds a reference); a producer writes only those of its kind.
/// </summary>
[StructLayout(LayoutKind.Explicit)]
internal struct TelemetryEvent
{
    [FieldOffset(0)]
    public EventKind Kind;

    [FieldOffset(8)]
    public StepSample Step;

    [FieldOffset(8)]
    public RequestSample Request;

    [FieldOffset(8)]
    public GapEvent Gaps;

    [FieldOffset(8)]
    public ArrivalEvent Arrival;

    [FieldOffset(8)]
    public FirstTokenEvent FirstToken;

    [FieldOffset(8)]
    public DecisionEvent Decision;

    [FieldOffset(8)]
    public QueueEvent Queue;

    internal readonly record struct GapEvent(double NowS, double GapS, int Count);

    internal readonly record struct ArrivalEvent(double NowS, int PromptTokens, int CachedTokens);

    internal readonly record struct FirstTokenEvent(double NowS, double ArrivalS);

    /// <summary>What windows take from a decision that is not kept.</summary>
    internal readonly record struct QueueEvent(double NowS, int PrefillQueued, long PrefillQueuedTokens, double PrefillOldestArrivalS);

    internal readonly record struct DecisionEvent(Observation Seen, Decision Chosen);
}
