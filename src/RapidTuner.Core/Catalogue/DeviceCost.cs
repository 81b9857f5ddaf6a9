namespace RapidTuner.Core.Catalogue;

/// <summary>
/// Constants of a device's cost model (DESIGN §5). To add one, add a property here and its value to
/// <c>models/cost-prior.json</c>; a device's file overrides it where something is known of that device.
/// </summary>
public sealed record DeviceCost
{
    /// <summary>Share of the peak that the largest tiles reach with an undrooped clock.</summary>
    [Bounds(0.01, 1.2, "share")]
    public required Constant MatmulEfficiency { get; init; }

    /// <summary>How much slower lasting arithmetic is with the whole device busy, as an added share of the time: clocks fall under power.</summary>
    [Bounds(0, 2, "share")]
    public required Constant ClockDroop { get; init; }

    /// <summary>Exponent of the rate of arithmetic, as a share of what the device reaches, in that droop.</summary>
    [Bounds(0.1, 10, "1")]
    public required Constant ClockDroopExponent { get; init; }

    /// <summary>Duration of a kernel at which half of the droop is reached, seconds.</summary>
    [Bounds(0, 1, "s")]
    public required Constant ClockDroopTimeS { get; init; }

    /// <summary>p of the norm in which arithmetic and memory time of a matrix product overlap; 1 adds them, ∞ hides the shorter.</summary>
    [Bounds(1, 20, "1")]
    public required Constant RooflineNorm { get; init; }

    /// <summary>Start-up of a tile, in elements of its k-loop.</summary>
    [Bounds(0, 2000, "1")]
    public required Constant TileStartupK { get; init; }

    /// <summary>Time that splitting the k-loop adds beside its traffic, seconds.</summary>
    [Bounds(0, 1e-4, "s")]
    public required Constant SplitS { get; init; }

    /// <summary>Wave quantisation of tiles of 128×128 and more: 1 when a last wave takes as long as a full one, 0 without waves.</summary>
    [Bounds(0, 1, "share")]
    public required Constant LargeTileQuantisation { get; init; }

    /// <summary>The same for smaller tiles, several of which share a unit.</summary>
    [Bounds(0, 1, "share")]
    public required Constant SmallTileQuantisation { get; init; }

    /// <summary>Arithmetic rate of 128×128 tiles relative to the largest.</summary>
    [Bounds(0.01, 1, "share")]
    public required Constant Tile128By128 { get; init; }

    /// <summary>The same of 128×64 tiles.</summary>
    [Bounds(0.01, 1, "share")]
    public required Constant Tile128By64 { get; init; }

    /// <summary>The same of 64×128 tiles.</summary>
    [Bounds(0.01, 1, "share")]
    public required Constant Tile64By128 { get; init; }

    /// <summary>The same of 64×64 tiles.</summary>
    [Bounds(0.01, 1, "share")]
    public required Constant Tile64By64 { get; init; }

    /// <summary>The same of 32×64 tiles.</summary>
    [Bounds(0.01, 1, "share")]
    public required Constant Tile32By64 { get; init; }

    /// <summary>The same of 16×64 tiles.</summary>
    [Bounds(0.01, 1, "share")]
    public required Constant Tile16By64 { get; init; }

    /// <summary>Time of a kernel that has nothing to do, on the device, seconds.</summary>
    [Bounds(0, 1e-3, "s")]
    public required Constant KernelFloorS { get; init; }

    /// <summary>Share of the peak bandwidth that streaming weights reaches on all units.</summary>
    [Bounds(0.05, 1, "share")]
    public required Constant WeightBandwidthEfficiency { get; init; }

    /// <summary>Share of the peak bandwidth that decode attention reaches on all units.</summary>
    [Bounds(0.05, 1, "share")]
    public required Constant KvBandwidthEfficiency { get; init; }

    /// <summary>Share of the peak bandwidth that elementwise operators reach on all units.</summary>
    [Bounds(0.05, 1, "share")]
    public required Constant StreamBandwidthEfficiency { get; init; }

    /// <summary>Share of the second-level cache in which an operator finds what the one before left.</summary>
    [Bounds(0, 4, "share")]
    public required Constant StreamHotShare { get; init; }

    /// <summary>How much faster it moves than from memory, ratio.</summary>
    [Bounds(1, 20, "ratio")]
    public required Constant StreamHotSpeedup { get; init; }

    /// <summary>f0 of the bandwidth curve: BW·(1 − e^(−share/f0)) / (1 − e^(−1/f0)).</summary>
    [Bounds(0.02, 10, "share")]
    public required Constant BandwidthF0 { get; init; }

    /// <summary>Share of the peak that prefill attention reaches.</summary>
    [Bounds(0.01, 1, "share")]
    public required Constant AttentionEfficiency { get; init; }

    /// <summary>Start-up of a block of query rows in prefill attention, in keys.</summary>
    [Bounds(0, 5000, "tokens")]
    public required Constant AttentionStartupKeys { get; init; }

    /// <summary>Share of the peak bandwidth at which prefill attention moves queries, keys, values and outputs; not hidden behind arithmetic.</summary>
    [Bounds(0.01, 5, "share")]
    public required Constant AttentionStreamEfficiency { get; init; }

    /// <summary>Time of prefill attention that has nothing to do, seconds.</summary>
    [Bounds(0, 1e-3, "s")]
    public required Constant AttentionFloorS { get; init; }

    /// <summary>Time of decode attention that has nothing to do, seconds.</summary>
    [Bounds(0, 1e-3, "s")]
    public required Constant DecodeAttentionFloorS { get; init; }

    /// <summary>Time of a decode block (one sequence and key-value head) on its unit, seconds.</summary>
    [Bounds(0, 1e-3, "s")]
    public required Constant DecodeBlockS { get; init; }

    /// <summary>Time until decode attention streams from memory at full rate, seconds.</summary>
    [Bounds(0, 1e-3, "s")]
    public required Constant KvLatencyS { get; init; }

    /// <summary>Share of the second-level cache that keeps data between calls of one kernel on the same data.</summary>
    [Bounds(0, 10, "share")]
    public required Constant CacheHotShare { get; init; }

    /// <summary>How much faster such data are read than from memory, ratio.</summary>
    [Bounds(0.5, 20, "ratio")]
    public required Constant CacheHotSpeedup { get; init; }

    /// <summary>Added share of decode's memory time beside a prefill on the whole device: interference in caches and fabric.</summary>
    [Bounds(0, 5, "share")]
    public required Constant DecodeInterference { get; init; }

    /// <summary>Added share of prefill's time beside a decode on the whole device.</summary>
    [Bounds(0, 5, "share")]
    public required Constant PrefillInterference { get; init; }

    /// <summary>Exponent of the other phase's share of the device in both.</summary>
    [Bounds(0, 5, "1")]
    public required Constant InterferenceExponent { get; init; }

    /// <summary>Slowdown of prefill beside a decode without masks.</summary>
    [Bounds(1, 20, "ratio")]
    public required Constant UnmaskedPrefillSlowdown { get; init; }

    /// <summary>Latency of an all-reduce that has nothing to send, seconds.</summary>
    [Bounds(0, 1e-2, "s")]
    public required Constant AllReduceFloorS { get; init; }

    /// <summary>Share of the links' bandwidth that a large all-reduce reaches.</summary>
    [Bounds(0.01, 1, "share")]
    public required Constant CollectiveEfficiency { get; init; }
}
