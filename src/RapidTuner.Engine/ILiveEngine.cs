namespace RapidTuner.Engine;

/// <summary>An engine with a thread of its own that a host starts, drains and stops.</summary>
public interface ILiveEngine : IEngine, IAsyncDisposable
{
    /// <summary>Starts the engine's thread. Engine time 0 is now.</summary>
    void Start();

    /// <summary>
    /// Stops the load, finishes what is in flight for at most <paramref name="drain"/>, reports the rest as unfinished and ends the thread.
    /// </summary>
    Task StopAsync(TimeSpan drain);
}
