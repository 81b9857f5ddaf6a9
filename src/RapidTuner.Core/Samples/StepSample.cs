namespace RapidTuner.Core.Samples;

/// <summary>One step as it happened.</summary>
public readonly record struct StepSample
{
    /// <summary>Sequence number, rising by one per step of the engine.</summary>
    public long Seq { get; init; }

    /// <summary>The phase.</summary>
    public Phase Phase { get; init; }

    /// <summary>Start, engine seconds.</summary>
    public double StartS { get; init; }

    /// <summary>End, engine seconds.</summary>
    public double EndS { get; init; }

    /// <summary>Units that the step held.</summary>
    public int Units { get; init; }

    /// <summary>Units of the device.</summary>
    public int DeviceUnits { get; init; }

    /// <summary>The split in force at launch (before lending).</summary>
    public Split Split { get; init; }

    /// <summary>What was computed. In a hybrid step: the prefill part.</summary>
    public StepWork Work { get; init; }

    /// <summary>What the other phase computed beside it (of a hybrid step: the fused decode part); empty when it was idle throughout.</summary>
    public StepWork Beside { get; init; }

    /// <summary>Units of the other phase's step.</summary>
    public int BesideUnits { get; init; }

    /// <summary>Share of this step's duration during which the other phase ran, 0 to 1.</summary>
    public double BesideShare { get; init; }

    /// <summary>Free KV blocks / all KV blocks at the end.</summary>
    public double KvFreeShare { get; init; }

    /// <summary>Why the split was chosen.</summary>
    public Control.Reason Reason { get; init; }
}
