namespace RapidTuner.Learning.Registry;

/// <summary>How well a champion fits what it was asked for.</summary>
public enum ChampionKind : byte
{
    /// <summary>Trained for this device, model and tensor parallelism.</summary>
    Exact,

    /// <summary>Trained for another; scaled by the datasheets' ratio, with wide intervals.</summary>
    Nearest,

    /// <summary>No log yet: a law fitted to what the engine measured at its start.</summary>
    Started,

    /// <summary>No model at all: the physical law with its prior constants, a factor of 2 wide.</summary>
    Prior,
}
