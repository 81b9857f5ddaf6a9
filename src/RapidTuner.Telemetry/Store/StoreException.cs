namespace RapidTuner.Telemetry.Store;

/// <summary>A store that cannot do what was asked, with where, what, and how to mend it.</summary>
public sealed class StoreException : IOException
{
    /// <summary>Names the fault.</summary>
    public StoreException(StoreFault fault, string message, Exception? cause = null)
        : base(message, cause) => Fault = fault;

    /// <summary>What kind of fault it is.</summary>
    public StoreFault Fault { get; }
}
