namespace RapidTuner.Telemetry.Records;

/// <summary>One uninterrupted stretch of one engine under one policy: a start of the service, or one replay.</summary>
public sealed record RunRecord
{
    /// <summary>Rising number in its table, the <c>run</c> of all other tables; 0 before the store gave one.</summary>
    public long Seq { get; init; }

    /// <summary>Engine time 0 as Unix microseconds: the wall clock at start when serving, 0 in virtual time.</summary>
    public long OriginUs { get; init; }

    /// <summary>"twin", "cpu", "gpu", …</summary>
    public string Engine { get; init; } = "";

    /// <summary>Device name of the catalogue.</summary>
    public string Device { get; init; } = "";

    /// <summary>Model name of the catalogue.</summary>
    public string Model { get; init; } = "";

    /// <summary>Policy name (COMPARISON §2).</summary>
    public string Policy { get; init; } = "";

    /// <summary>What was replayed, or "" when serving.</summary>
    public string Workload { get; init; } = "";

    /// <summary>Seed of the run.</summary>
    public long Seed { get; init; }

    /// <summary>N of <c>--step-sampling 1/N</c>: every N-th step is kept, with its gaps.</summary>
    public int StepSampling { get; init; } = 1;

    /// <summary>Program version that wrote it.</summary>
    public string Version { get; init; } = "";

    /// <summary>Devices that hold one copy of the model, 1 or more; null: not recorded.</summary>
    public int? TensorParallel { get; init; }

    /// <summary>Host and launch cost of a twin, a stack of the catalogue; "": not recorded, or the engine's own.</summary>
    public string Stack { get; init; } = "";

    /// <summary>SLO tier that it was held to: paper, middle or tight; "": not recorded.</summary>
    public string SloTier { get; init; } = "";
}
