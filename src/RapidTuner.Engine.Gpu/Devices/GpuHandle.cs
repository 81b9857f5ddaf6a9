using System.Runtime.InteropServices;

namespace RapidTuner.Engine.Gpu.Devices;

/// <summary>A vendor handle that is released once, on every path; it keeps its parent (the context) alive until then.</summary>
internal sealed class GpuHandle : SafeHandle
{
    private readonly Func<nint, bool> _release;
    private readonly SafeHandle? _parent;

    /// <summary>Owns <paramref name="value"/>.</summary>
    /// <param name="value">The vendor's handle; never 0.</param>
    /// <param name="parent">What must outlive it; null for a context itself.</param>
    /// <param name="release">Gives it back; true when the vendor accepted.</param>
    public GpuHandle(nint value, SafeHandle? parent, Func<nint, bool> release)
        : base(0, ownsHandle: true)
    {
        _release = release;
        if (parent is not null)
        {
            var added = false;
            parent.DangerousAddRef(ref added);
            _parent = added ? parent : null;
        }

        SetHandle(value);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The vendor's handle.</summary>
    /// <exception cref="ObjectDisposedException">It was released.</exception>
    public nint Value
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return handle;
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        var released = _release(handle);
        _parent?.DangerousRelease();
        return released;
    }
}
