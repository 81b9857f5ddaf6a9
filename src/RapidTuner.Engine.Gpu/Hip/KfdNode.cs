using System.Globalization;

namespace RapidTuner.Engine.Gpu.Hip;

/// <summary>What the Linux kernel says of an AMD device (amdkfd's topology in sysfs), which HIP states only in structures that differ between versions.</summary>
/// <param name="Architecture">Target such as <c>gfx942</c>.</param>
/// <param name="Units">Compute units.</param>
/// <param name="Dies">Dies (XCCs) over which they are spread.</param>
/// <param name="PciBusId">Place on the bus, <c>0000:05:00.0</c>.</param>
internal sealed record KfdNode(string Architecture, int Units, int Dies, string PciBusId)
{
    /// <summary>Environment variable that names another folder; for machines whose sysfs lies elsewhere.</summary>
    public const string FolderVariable = "RAPIDTUNER_KFD_TOPOLOGY";

    /// <summary>Where the kernel shows it.</summary>
    public const string DefaultFolder = "/sys/class/kfd/kfd/topology/nodes";

    /// <summary>The devices of a topology folder; processors (no SIMDs) are left out.</summary>
    public static IReadOnlyList<KfdNode> All(string? folder = null)
    {
        folder ??= Environment.GetEnvironmentVariable(FolderVariable) ?? DefaultFolder;
        return Directory.Exists(folder)
            ? [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal).Select(d => Read(Path.Combine(d, "properties"))).OfType<KfdNode>()]
            : [];
    }

    private static KfdNode? Read(string file)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        var values = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(file))
        {
            if (line.Split(' ', 2) is [var name, var text] && long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value))
            {
                values[name] = value;
            }
        }

        long Value(string name) => values.GetValueOrDefault(name);
        if (Value("simd_count") == 0 || Value("simd_per_cu") == 0)
        {
            return null;
        }

        var (target, place) = (Value("gfx_target_version"), Value("location_id"));
        return new KfdNode(
            $"gfx{target / 10000}{target / 100 % 100:x}{target % 100:x}",
            (int)(Value("simd_count") / Value("simd_per_cu")),
            (int)Math.Max(1, Value("num_xcc")),
            $"{Value("domain"):x4}:{place >> 8 & 0xff:x2}:{place >> 3 & 0x1f:x2}.{place & 7}");
    }
}
