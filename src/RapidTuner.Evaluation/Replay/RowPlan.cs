using RapidTuner.Control.Policies;
using RapidTuner.Core;
using RapidTuner.Core.Catalogue;
using RapidTuner.Evaluation.Search;

namespace RapidTuner.Evaluation.Replay;

/// <summary>How one requested policy becomes rows: its fixed setting, and what hindsight may choose.</summary>
internal sealed record RowPlan
{
    /// <summary>Name of the axis that chooses order and chunk together.</summary>
    public const string LeversAxis = "order and chunk";

    /// <summary>Name of the axis that chooses the chunk alone.</summary>
    public const string ChunkAxis = "chunk";

    /// <summary>Name of the axis of ITL margins.</summary>
    public const string MarginAxis = "margin";

    /// <summary>Name of the axis of static shares.</summary>
    public const string ShareAxis = "share";

    /// <summary>Name of the axis that chooses demotion and the cap on a chunk's time together.</summary>
    public const string ExtraLeversAxis = "demotion and chunk time";

    /// <summary>Name of the axis of device ratios.</summary>
    public const string RatioAxis = "ratio";

    private static readonly int[] Chunks = [PolicySettings.WholePrompts, 512, 1024, 2048, 4096, 8192];
    private static readonly double[] Margins = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95];
    private static readonly double[] DemotionShares = [0, 0.5, 1];
    private static readonly double[] ChunkTimes = [0, 0.5, 1, 2];
    private static readonly (int Prefill, int Decode)[] Ratios = [(1, 1), (1, 2), (2, 1), (1, 3), (3, 1)];

    /// <summary>The requested name.</summary>
    public required string Name { get; init; }

    /// <summary>The fixed setting.</summary>
    public required Setting Start { get; init; }

    /// <summary>What this row always searches (COMPARISON §2, "always searches").</summary>
    public required IReadOnlyList<Axis> Always { get; init; }

    /// <summary>What a search for max_goodput tunes in addition.</summary>
    public required IReadOnlyList<Axis> Tuned { get; init; }

    /// <summary>Everything that hindsight may choose.</summary>
    public IReadOnlyList<Axis> Every => [.. Always, .. Tuned];

    /// <summary>Plans the row of <paramref name="name"/>, in whatever case it was asked for.</summary>
    public static RowPlan Of(string name, DeviceSpec device, ReplayOptions options)
    {
        var known = name.ToLowerInvariant();
        var start = new Setting
        {
            Kind = KindOf(known),
            Policy = known,
            Order = options.Order ?? PrefillOrder.Spf,
            ChunkTokens = options.ChunkTokens ?? 2048,
        };
        return start.Kind switch
        {
            RowKind.StaticBest when known == PolicyNames.StaticBestLevers =>
                Plan(name, start with { Policy = "static", PrefillUnits = device.NearestAllowed(device.Units / 2) }, [Shares(device)], [.. Levers(options), ExtraLevers()]),
            RowKind.StaticBest => Plan(name, start with { Policy = "static", PrefillUnits = device.NearestAllowed(device.Units / 2) }, [Shares(device)], Levers(options)),
            RowKind.Hybrid when options.ChunkTokens is null => Plan(name, start, [new Axis(ChunkAxis, false, [.. Chunks.Select(ChunkOf)])], Levers(options)),
            RowKind.Disaggregated => Plan(name, start, [new Axis(RatioAxis, false, [.. Ratios.Select(RatioOf)])], Levers(options)),
            RowKind.Pure when known is "rapid" or "nexus" or "bullet" => Plan(name, start, [], [.. Levers(options), new Axis(MarginAxis, false, [.. Margins.Select(MarginOf)])]),
            RowKind.Pure when PolicyNames.ChoosesItself(known) => Plan(name, start, [], []),
            _ => Plan(name, start, [], Levers(options)),
        };
    }

    private static RowPlan Plan(string name, Setting start, IReadOnlyList<Axis> always, IReadOnlyList<Axis> tuned) =>
        new() { Name = name, Start = start, Always = always, Tuned = tuned };

    private static RowKind KindOf(string name) => name switch
    {
        PolicyNames.Hybrid => RowKind.Hybrid,
        PolicyNames.Disagg => RowKind.Disaggregated,
        PolicyNames.StaticBest or PolicyNames.StaticBestLevers => RowKind.StaticBest,
        _ => RowKind.Pure,
    };

    /// <summary>Order × chunk, without what the user has pinned.</summary>
    private static Axis[] Levers(ReplayOptions options)
    {
        PrefillOrder[] orders = options.Order is { } order ? [order] : [PrefillOrder.Spf, PrefillOrder.Fcfs];
        int[] chunks = options.ChunkTokens is { } chunk ? [chunk] : Chunks;
        var both = orders.SelectMany(o => chunks.Select(c => (Func<Setting, Setting>)(s => s with { Order = o, ChunkTokens = c }))).ToArray();
        return both.Length > 1 ? [new Axis(LeversAxis, false, both)] : [];
    }

    private static Axis ExtraLevers() => new(
        ExtraLeversAxis,
        false,
        [.. DemotionShares.SelectMany(d => ChunkTimes.Select(t => (Func<Setting, Setting>)(s => s with { DemotionShare = d, ChunkTimeItls = t })))]);

    /// <summary>Every disjoint split of the device, by rising prefill units; decode has the largest allowed count of the rest.</summary>
    private static Axis Shares(DeviceSpec device)
    {
        var allowed = device.AllowedUnits().ToArray();
        var units = allowed.Where(u => u <= device.Units - allowed[0]).ToArray();
        return new Axis(ShareAxis, true, [.. units.Select(u => (Func<Setting, Setting>)(s => s with { PrefillUnits = u }))]);
    }

    private static Func<Setting, Setting> ChunkOf(int tokens) => s => s with { ChunkTokens = tokens };

    private static Func<Setting, Setting> RatioOf((int Prefill, int Decode) ratio) =>
        s => s with { PrefillDevices = ratio.Prefill, DecodeDevices = ratio.Decode };

    private static Func<Setting, Setting> MarginOf(double margin) => s => s with { ItlMargin = margin };
}
