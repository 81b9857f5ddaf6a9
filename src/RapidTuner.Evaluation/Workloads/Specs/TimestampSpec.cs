namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>Coarse time stamps: an arrival is stamped with the start of its step.</summary>
public sealed record TimestampSpec
{
    /// <summary>Step, seconds, &gt; 0.</summary>
    public double StepS { get; init; }

    /// <summary>How far stamps stand from multiples of the step, milliseconds; null: exactly on them.</summary>
    public CdfSpec? JitterMs { get; init; }
}
