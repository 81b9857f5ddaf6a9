using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Gpu.Cuda;
using RapidTuner.Engine.Gpu.Devices;
using RapidTuner.Engine.Gpu.Hip;

namespace RapidTuner.Engine.Gpu.Blas;

/// <summary>The vendor's matrix products on a device. Plans are made once per shape and number of units and kept.</summary>
public sealed class GpuBlas : IDisposable
{
    /// <summary>Workspace of one lane, bytes: what the vendors advise for their largest devices.</summary>
    public const long WorkspaceBytes = 32L << 20;

    private readonly GpuDevice _device;
    private readonly LtApi _api;
    private readonly GpuHandle _handle;
    private readonly Dictionary<(GemmShape Shape, int Units), GemmPlan> _plans = [];

    /// <summary>Opens the library for <paramref name="device"/>.</summary>
    public GpuBlas(GpuDevice device)
    {
        _device = device;
        _api = device.Info.Vendor == Vendor.Nvidia ? new CublasLtApi() : new HipblasLtApi();
        device.Enter();
        Check(_api.Create(out var handle), "Create");
        _handle = device.Own(handle, h => _api.Destroy(h) == 0);
    }

    /// <summary>The plan of a product on <paramref name="units"/> units.</summary>
    public GemmPlan Plan(GemmShape shape, int units)
    {
        if (!_plans.TryGetValue((shape, units), out var plan))
        {
            _device.Enter();
            plan = new GemmPlan(_device, this, shape, units);
            _plans[(shape, units)] = plan;
        }

        return plan;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var plan in _plans.Values)
        {
            plan.Dispose();
        }

        _plans.Clear();
        _handle.Dispose();
    }

    internal LtApi Api => _api;

    internal nint Handle => _handle.Value;

    internal GpuHandle Own(nint raw, Func<nint, int> destroy) => _device.Own(raw, h => destroy(h) == 0);

    internal void Check(int status, string call)
    {
        if (status != 0)
        {
            throw new GpuException(_api.Prefix + call, status, StatusName(status), status is 3 ? "free device memory" : "");
        }
    }

    // The first statuses are the same in both libraries.
    private static string StatusName(int status) => status switch
    {
        1 => "NOT_INITIALIZED",
        3 => "ALLOC_FAILED",
        7 => "INVALID_VALUE",
        8 => "ARCH_MISMATCH",
        13 => "EXECUTION_FAILED",
        14 => "INTERNAL_ERROR",
        15 => "NOT_SUPPORTED",
        _ => "unknown status",
    };
}
