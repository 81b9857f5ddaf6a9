namespace RapidTuner.Engine.Profiling;

/// <summary>A backend on which steps can be timed: a GPU's partitions, a CPU's weighted cores.</summary>
public interface IStepMeter : IDisposable
{
    /// <summary>Name of the device, as written into the table's <c>gpu</c> column.</summary>
    string Device { get; }

    /// <summary>Name of the model.</summary>
    string Model { get; }

    /// <summary>Host and launch cost that the times contain: a name in <c>models/stacks</c>; null when none of them fits.</summary>
    string? Stack { get; }

    /// <summary>Units of the device.</summary>
    int Units { get; }

    /// <summary>Unit counts that a phase can be given, rising; the whole device last.</summary>
    IReadOnlyList<int> AllowedUnits { get; }

    /// <summary>Times a point: warmed up, then steps until the median is steady or the time allowed is used.</summary>
    /// <exception cref="StepMeterException">The point cannot be measured, or nothing can any more.</exception>
    ProfileMeasurement Measure(ProfilePoint point, CancellationToken cancel);

    /// <summary>Facts measured beside the table (switch cost, memory of partitions and graphs, …): name with unit, value.</summary>
    IReadOnlyDictionary<string, double> Facts(CancellationToken cancel);
}
