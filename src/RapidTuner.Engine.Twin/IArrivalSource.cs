using RapidTuner.Core.Workload;

namespace RapidTuner.Engine.Twin;

/// <summary>A load without end that a twin in real time serves by itself. Called on the engine's thread.</summary>
public interface IArrivalSource
{
    /// <summary>Arrival of the next request, engine seconds.</summary>
    double NextArrivalS { get; }

    /// <summary>Takes the next request.</summary>
    /// <param name="ttftLimitS">Its limit on the time to first token, seconds.</param>
    TraceRequest Take(out double ttftLimitS);
}
