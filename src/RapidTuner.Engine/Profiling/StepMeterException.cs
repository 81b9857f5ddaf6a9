namespace RapidTuner.Engine.Profiling;

/// <summary>A point that could not be measured.</summary>
public sealed class StepMeterException : Exception
{
    /// <summary>Says why.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="deviceLost">True when no further point can be measured: what was measured so far is kept.</param>
    /// <param name="cause">The failure itself.</param>
    public StepMeterException(string message, bool deviceLost, Exception? cause = null)
        : base(message, cause) => DeviceLost = deviceLost;

    /// <summary>True when no further point can be measured.</summary>
    public bool DeviceLost { get; }
}
