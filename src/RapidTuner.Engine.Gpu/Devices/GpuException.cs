namespace RapidTuner.Engine.Gpu.Devices;

/// <summary>A vendor call that failed: which call, with what code and name, and what to do about it.</summary>
public sealed class GpuException : Exception
{
    /// <summary>Describes a failed call.</summary>
    /// <param name="call">The vendor's function.</param>
    /// <param name="code">Its return code.</param>
    /// <param name="name">The vendor's name for the code.</param>
    /// <param name="advice">What to do; may be empty.</param>
    /// <param name="deviceLost">True when nothing on the device can be used any more.</param>
    public GpuException(string call, int code, string name, string advice = "", bool deviceLost = false)
        : base(advice.Length == 0 ? $"{call} returned {code} ({name})" : $"{call} returned {code} ({name}); {advice}")
    {
        Call = call;
        Code = code;
        Name = name;
        DeviceLost = deviceLost;
    }

    /// <summary>The vendor's function.</summary>
    public string Call { get; }

    /// <summary>Its return code.</summary>
    public int Code { get; }

    /// <summary>The vendor's name for the code.</summary>
    public string Name { get; }

    /// <summary>True after a fault that ends the device's context: what was measured before it stands, nothing can follow.</summary>
    public bool DeviceLost { get; }
}
