namespace RapidTuner.Telemetry.Features;

/// <summary>One kind of logged record on its way back into windows.</summary>
internal interface IWindowFeed : IDisposable
{
    /// <summary>Goes to the next record.</summary>
    /// <returns>When it happened, Unix microseconds; null at the end.</returns>
    long? Next();

    /// <summary>Counts the record in its window.</summary>
    void Take();
}
