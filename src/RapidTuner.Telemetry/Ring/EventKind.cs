namespace RapidTuner.Telemetry.Ring;

/// <summary>What a <see cref="TelemetryEvent"/> holds.</summary>
internal enum EventKind : byte
{
    Step,
    Gaps,
    Request,
    Arrival,
    FirstToken,
    Decision,
    Queue,
    Plan,
}
