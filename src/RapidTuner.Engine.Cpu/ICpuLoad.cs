namespace RapidTuner.Engine.Cpu;

/// <summary>A load that the engine serves besides clients' requests. Called on the engine's thread.</summary>
public interface ICpuLoad
{
    /// <summary>Arrival of the next request, engine seconds; +∞ when there is none.</summary>
    double NextArrivalS { get; }

    /// <summary>Takes the next request.</summary>
    CpuLoadRequest Take();
}
