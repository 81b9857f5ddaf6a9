using RapidTuner.Core.Errors;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Writing;

/// <summary>How a recorder works; frozen at start.</summary>
public sealed record TelemetryOptions
{
    /// <summary>Slots of the ring between engine and writer.</summary>
    /// <value>16 to 1,048,576; default 16,384 (5 MiB): at 10,000 samples/s a stall of 1.6 s.</value>
    public int RingSlots { get; init; } = 16_384;

    /// <summary>
    /// True when the engine runs in virtual time: a full ring then makes the engine wait and nothing is dropped, so that a seed
    /// reproduces its log. False: the engine never waits and drops are counted.
    /// </summary>
    public bool VirtualTime { get; init; }

    /// <summary>N of <c>--step-sampling 1/N</c>: steps whose sequence number is a multiple of N are kept, and every N-th of gaps and of the fast loop's decisions. Windows see them all.</summary>
    /// <value>1 to 1,000,000; default 1. Replay's default is 16.</value>
    public int StepSampling { get; init; } = 1;

    /// <summary>Time between two looks at the ring, each of which ends in a commit when there is something.</summary>
    /// <value>Seconds, 0.001 to 0.25; default 0.05: a sample is committed at most 0.5 s after it was made (CONTRACT §5).</value>
    public double TickS { get; init; } = 0.05;

    /// <summary>Records that may wait while the store is slow or gone.</summary>
    /// <value>1,000 to 10,000,000; default 200,000 (about 40 MB).</value>
    public int PendingMax { get; init; } = 200_000;

    /// <summary>Decisions of the fast loop are looked at when the action changes, and else at this distance.</summary>
    /// <value>Engine seconds, 0 (all) to 3,600; default 0.1.</value>
    public double DecisionIntervalS { get; init; } = 0.1;

    /// <summary>How long a stop, or a run in virtual time, waits for a store that fails before it gives records up.</summary>
    /// <value>Seconds, 0 to 3,600; default 5.</value>
    public double PatienceS { get; init; } = 5;

    /// <summary>Called with what an operator must hear of; must return at once.</summary>
    public Action<StoreNotice>? OnNotice { get; init; }

    /// <summary>Called with each window as it closes, before it is stored, on the recorder's thread; must return at once.</summary>
    public Action<WindowRecord>? OnWindow { get; init; }

    /// <summary>Adds every value out of range to <paramref name="found"/>.</summary>
    public void Check(Problems found)
    {
        found.InRange("telemetry.ring_slots", RingSlots, 16, 1 << 20);
        found.InRange("telemetry.step_sampling", StepSampling, 1, 1_000_000);
        found.InRange("telemetry.tick_s", TickS, 0.001, 0.25);
        found.InRange("telemetry.pending_max", PendingMax, 1_000, 10_000_000);
        found.InRange("telemetry.decision_interval_s", DecisionIntervalS, 0, 3_600);
        found.InRange("telemetry.patience_s", PatienceS, 0, 3_600);
    }
}
