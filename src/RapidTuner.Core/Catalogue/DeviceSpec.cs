using RapidTuner.Core.Control;

namespace RapidTuner.Core.Catalogue;

/// <summary>A device: what its units are, how they are divided, its datasheet, and the constants of its cost model.</summary>
public sealed record DeviceSpec : ISpec
{
    /// <summary>Unit counts per phase of the default palette, the whole device included (DESIGN §1).</summary>
    public const int PaletteCountsMax = 8;

    /// <inheritdoc/>
    [SpecName]
    public string Name { get; init; } = "";

    /// <inheritdoc/>
    [Optional]
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Where the exact figures (units, step, memory) come from.</summary>
    public required string Source { get; init; }

    /// <summary>Who makes it.</summary>
    public required Vendor Vendor { get; init; }

    /// <summary>Compute units (AMD) or streaming multiprocessors (NVIDIA).</summary>
    [Bounds(1, 4096)]
    public required int Units { get; init; }

    /// <summary>Masked unit counts are multiples of this; the whole device is always allowed.</summary>
    [Bounds(1, 4096)]
    public required int Step { get; init; }

    /// <summary>Fewest units of a masked stream.</summary>
    [Bounds(1, 4096)]
    public required int MinUnits { get; init; }

    /// <summary>How units are divided.</summary>
    public required PartitionMechanism Mechanism { get; init; }

    /// <summary>Memory that the driver reports, bytes.</summary>
    [Bounds(1e9, 1e13)]
    public required long MemoryBytes { get; init; }

    /// <summary>Memory that one masked stream and what is captured for it costs, bytes.</summary>
    [Bounds(0, 1e11, "bytes")]
    public required Constant PerStreamMemoryBytes { get; init; }

    /// <summary>Time to switch to another entry of the palette, seconds.</summary>
    [Bounds(0, 10, "s")]
    public required Constant SwitchS { get; init; }

    /// <summary>Bandwidth to one other device, one direction, bytes per second.</summary>
    [Bounds(1e8, 1e13, "bytes/s")]
    public required Constant LinkBytesPerS { get; init; }

    /// <summary>Bandwidth of all links to other devices together, one direction, bytes per second: what a collective may use.</summary>
    [Bounds(1e8, 1e14, "bytes/s")]
    public required Constant CollectiveBytesPerS { get; init; }

    /// <summary>Peak of dense bf16 matrix products with 32-bit sums, flop per second.</summary>
    [Bounds(1e11, 1e17, "flop/s")]
    public required Constant PeakBf16FlopPerS { get; init; }

    /// <summary>Peak bandwidth of the device's memory, bytes per second.</summary>
    [Bounds(1e9, 1e15, "bytes/s")]
    public required Constant MemoryBytesPerS { get; init; }

    /// <summary>Second-level cache, bytes; on AMD the L2 of all dies, without the memory-side cache.</summary>
    [Bounds(1e5, 1e11, "bytes")]
    public required Constant L2Bytes { get; init; }

    /// <summary>Memory-side cache behind the L2 (AMD Infinity Cache), bytes; 0 where there is none.</summary>
    [Bounds(0, 1e11, "bytes")]
    public required Constant MemorySideCacheBytes { get; init; }

    /// <summary>Constants of the cost model; what a file leaves out is the prior of <c>models/cost-prior.json</c>.</summary>
    public required DeviceCost Cost { get; init; }

    /// <summary>
    /// Constants that were fitted to this device under a stack, by the stack's name and the constant's key: <c>cost.…</c> of the
    /// device, <c>stack.…</c> of the stack. They take the place of both's own when the two are used together.
    /// </summary>
    [Optional]
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, Constant>> Fits { get; init; } =
        new SortedDictionary<string, IReadOnlyDictionary<string, Constant>>();

    /// <summary>True when a stream may be masked to <paramref name="units"/>.</summary>
    public bool Allows(int units) =>
        units == Units || (units >= MinUnits && units < Units && units % Step == 0);

    /// <summary>The allowed count nearest to <paramref name="units"/>; the smaller of two equally near.</summary>
    public int NearestAllowed(int units) => AllowedUnits().MinBy(a => (Math.Abs((long)a - units), a));

    /// <summary>Every allowed count, rising, the whole device last.</summary>
    public IEnumerable<int> AllowedUnits()
    {
        for (var units = (MinUnits + Step - 1) / Step * Step; units < Units; units += Step)
        {
            yield return units;
        }

        yield return Units;
    }

    /// <summary>
    /// The default palette: decode takes k eighths of the device, rounded to what is allowed, and prefill what each of these
    /// leaves, rounded down, so that every pair of counterparts is disjoint.
    /// </summary>
    public Palette DefaultPalette()
    {
        var decode = Enumerable.Range(1, PaletteCountsMax - 1).Select(k => NearestAllowed(Units * k / PaletteCountsMax)).ToArray();
        var prefill = decode.Select(d => AllowedUnits().LastOrDefault(a => a <= Units - d)).Where(p => p > 0);
        return new Palette(Units, prefill, decode);
    }

    /// <inheritdoc/>
    public void Check(SpecCheck found)
    {
        ArgumentNullException.ThrowIfNull(found);
        found.That(MinUnits <= Units, "min_units", $"is {MinUnits} of {Units} units", "give at most units");
        found.That(Step <= Units, "step", $"is {Step} of {Units} units", "give at most units");
        found.That(CollectiveBytesPerS >= LinkBytesPerS.Value, "collective_bytes_per_s", "is below link_bytes_per_s", "give the sum of all links");
    }
}
