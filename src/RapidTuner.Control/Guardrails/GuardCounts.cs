using RapidTuner.Core.Control;

namespace RapidTuner.Control.Guardrails;

/// <summary>How often each guard acted. Written by the engine's thread, read by any.</summary>
public sealed class GuardCounts
{
    private readonly long[] _counts = new long[Enum.GetValues<Reason>().Length];

    /// <summary>The reasons that guards give.</summary>
    public static IReadOnlyList<Reason> Guards { get; } =
    [
        Reason.SignalsMissing, Reason.SnapshotFrozen, Reason.ClockJump, Reason.ModelMissing, Reason.PredictionMissing, Reason.ModelStale, Reason.PlanStale,
        Reason.OutOfRange, Reason.PredictionWrong, Reason.IntervalWide, Reason.KvPressure, Reason.SloFloor, Reason.Hysteresis, Reason.Dwell, Reason.Flapping, Reason.Inert,
    ];

    /// <summary>Decisions that a guard changed or held; for <see cref="Reason.Inert"/>, alarms raised.</summary>
    public long this[Reason guard] => Volatile.Read(ref _counts[(int)guard]);

    internal void Add(Reason guard) => Volatile.Write(ref _counts[(int)guard], _counts[(int)guard] + 1);
}
