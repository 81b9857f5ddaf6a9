using RapidTuner.Control.Policies;
using RapidTuner.Core;

namespace RapidTuner.Evaluation.Replay;

/// <summary>One complete setting that a run can have: a row of the fixed kind, or a point of a search in hindsight.</summary>
internal sealed record Setting
{
    /// <summary>Kind of the row.</summary>
    public required RowKind Kind { get; init; }

    /// <summary>Name that the policy factory knows; empty where the engine's mode is the policy.</summary>
    public required string Policy { get; init; }

    /// <summary>Order of the prefill queue.</summary>
    public PrefillOrder Order { get; init; } = PrefillOrder.Spf;

    /// <summary>Most new tokens of a prefill step, or <see cref="PolicySettings.WholePrompts"/>.</summary>
    public int ChunkTokens { get; init; } = 2048;

    /// <summary>Share of the ITL limit that the policy plans for, 0 to 1.</summary>
    public double ItlMargin { get; init; } = 0.8;

    /// <summary>Prefill units of a static split.</summary>
    public int PrefillUnits { get; init; }

    /// <summary>Longest predicted time of a chunk of a static split, in ITL limits; 0 leaves chunks as they are.</summary>
    public double ChunkTimeItls { get; init; }

    /// <summary>Share of the device's prefill rate at which a prompt of a static split must still be in time not to be served last; 0: none is.</summary>
    public double DemotionShare { get; init; }

    /// <summary>Devices that prefill (disaggregated).</summary>
    public int PrefillDevices { get; init; } = 1;

    /// <summary>Devices that decode (disaggregated).</summary>
    public int DecodeDevices { get; init; } = 1;

    /// <summary>Devices of one copy of the whole: arrival times are divided by it, rates are reported per device.</summary>
    public int Devices => Kind == RowKind.Disaggregated ? PrefillDevices + DecodeDevices : 1;
}
