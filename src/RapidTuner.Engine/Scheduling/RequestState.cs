namespace RapidTuner.Engine.Scheduling;

/// <summary>Where a request stands.</summary>
internal enum RequestState : byte
{
    /// <summary>The slot is free.</summary>
    Free,

    /// <summary>In the prefill queue.</summary>
    Queued,

    /// <summary>In a running prefill step.</summary>
    Prefilling,

    /// <summary>Its KV is being sent to a decode device.</summary>
    InTransfer,

    /// <summary>Has its latest token and waits for the next decode launch.</summary>
    Joining,

    /// <summary>In a decode batch.</summary>
    Decoding,
}
