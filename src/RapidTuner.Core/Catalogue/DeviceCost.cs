namespace RapidTuner.Core.Catalogue;

/// <summary>
/// Constants of a device's cost model (DESIGN §5). To add one, add a property here and its value to
/// <c>models/cost-prior.json</c>; a device's file overrides it where something is known of that device.
/// </summary>
public sealed record DeviceCost
{
    /// <summary>Share of the peak that large matrix products reach on full tiles.</summary>
    [Bounds(0.01, 1, "share")]
    public required Constant MatmulEfficiency { get; init; }

    /// <summary>Share of the peak that prefill attention reaches.</summary>
    [Bounds(0.01, 1, "share")]
    public required Constant AttentionEfficiency { get; init; }

    /// <summary>Share of the peak bandwidth that streaming weights reaches on all units.</summary>
    [Bounds(0.05, 1, "share")]
    public required Constant WeightBandwidthEfficiency { get; init; }

    /// <summary>Share of the peak bandwidth that decode attention reaches on all units.</summary>
    [Bounds(0.05, 1, "share")]
    public required Constant KvBandwidthEfficiency { get; init; }

    /// <summary>f0 of the bandwidth curve: BW·(1 − e^(−share/f0)) / (1 − e^(−1/f0)).</summary>
    [Bounds(0.02, 10, "share")]
    public required Constant BandwidthF0 { get; init; }

    /// <summary>Exponent e of compute over share: t(share)/t(1) = share^−e for large prefill.</summary>
    [Bounds(0.1, 1, "1")]
    public required Constant ComputeShareExponent { get; init; }

    /// <summary>Part of that sub-linearity that is private to the phase; the rest is device-wide and meets the other phase.</summary>
    [Bounds(0, 1, "share")]
    public required Constant PrivateSublinearShare { get; init; }

    /// <summary>Greatest slowdown by cache interference beside a co-runner, as an added share of the time alone.</summary>
    [Bounds(0, 5, "share")]
    public required Constant CacheInterference { get; init; }

    /// <summary>Slowdown of decode beside a prefill without masks.</summary>
    [Bounds(1, 20, "ratio")]
    public required Constant UnmaskedDecodeSlowdown { get; init; }

    /// <summary>Slowdown of prefill beside a decode without masks.</summary>
    [Bounds(1, 20, "ratio")]
    public required Constant UnmaskedPrefillSlowdown { get; init; }

    /// <summary>Time of a kernel that has nothing to do, on the device, seconds.</summary>
    [Bounds(0, 1e-3, "s")]
    public required Constant KernelFloorS { get; init; }

    /// <summary>Latency of an all-reduce that has nothing to send, seconds.</summary>
    [Bounds(0, 1e-2, "s")]
    public required Constant AllReduceFloorS { get; init; }

    /// <summary>Share of the links' bandwidth that a large all-reduce reaches.</summary>
    [Bounds(0.01, 1, "share")]
    public required Constant CollectiveEfficiency { get; init; }
}
