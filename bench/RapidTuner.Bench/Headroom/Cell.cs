namespace RapidTuner.Bench.Headroom;

/// <summary>One cell of COMPARISON §4.</summary>
/// <param name="Workload">File name of a trace without extension, or a bundled spec.</param>
/// <param name="Device">Device.</param>
/// <param name="Model">Model.</param>
/// <param name="Slo">Tier.</param>
internal sealed record Cell(string Workload, string Device, string Model, string Slo)
{
    private static readonly string[] CoreWorkloads = ["azure-2023-conv", "mooncake-conversation", "servegen-deepseek-r1", "shifting"];
    private static readonly string[] FullWorkloads = ["azure-2023-code", .. CoreWorkloads, "ragpulse-days1-5"];
    private static readonly (string Device, string Model)[] CorePairs = [("mi300x", "llama-3.1-70b"), ("h200", "llama-3.1-8b"), ("l20", "qwen2.5-3b")];
    private static readonly (string Device, string Model)[] FullPairs = [.. CorePairs, ("mi300x", "mixtral-8x7b"), ("h200", "qwen3-30b-a3b"), ("a100-80g", "qwen2.5-14b")];

    /// <summary>The cells for everyday use.</summary>
    public static IEnumerable<Cell> Core => Grid(CoreWorkloads, CorePairs, ["paper", "tight"]);

    /// <summary>All cells.</summary>
    public static IEnumerable<Cell> Full => Grid(FullWorkloads, FullPairs, ["paper", "middle", "tight"]);

    /// <summary>Some workloads on the devices and tiers for everyday use.</summary>
    public static IEnumerable<Cell> Of(string[] workloads) => Grid(workloads, CorePairs, ["paper", "tight"]);

    /// <summary>The cell on one line.</summary>
    public override string ToString() => $"{Workload}, {Device}, {Model}, {Slo}";

    private static IEnumerable<Cell> Grid(string[] workloads, (string Device, string Model)[] pairs, string[] tiers) =>
        from pair in pairs from tier in tiers from workload in workloads select new Cell(workload, pair.Device, pair.Model, tier);
}
