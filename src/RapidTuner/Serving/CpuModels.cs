using RapidTuner.Core.Errors;
using RapidTuner.Engine.Cpu;
using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Serving;

/// <summary>The model that the CPU engine runs: a checkpoint, or one that is made by generation.</summary>
internal static class CpuModels
{
    private static readonly Dictionary<string, WeightFormat> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        ["fp32"] = WeightFormat.FullPrecision, ["bf16"] = WeightFormat.BFloat16, ["int8"] = WeightFormat.EightBit,
    };

    /// <summary>Names of weight formats.</summary>
    public static IReadOnlyCollection<string> FormatNames => Formats.Keys;

    /// <summary>Opens the model.</summary>
    /// <param name="folder">Folder of a checkpoint; empty: the generated model <paramref name="name"/>.</param>
    /// <param name="name">A generated model; null: the smallest.</param>
    /// <param name="weights">A name of <see cref="FormatNames"/>.</param>
    /// <param name="seed">Seed of a generated model.</param>
    /// <exception cref="BadInputException">The folder's files cannot be used, or a name is unknown.</exception>
    public static CpuModel Open(string folder, string? name, string weights, ulong seed)
    {
        var found = new Problems();
        if (!Formats.TryGetValue(weights, out var format))
        {
            found.Add("--weights", $"'{weights}' is no format of weights", $"known: {string.Join(", ", Formats.Keys)}");
        }

        if (folder.Length == 0 && name is not null && !CpuModel.Generated.ContainsKey(name))
        {
            found.Add("--model", $"'{name}' is no model that is made by generation", $"known: {string.Join(", ", CpuModel.Generated.Keys)}; or give --model-path DIR");
        }

        found.ThrowIfAny();
        return folder.Length > 0 ? CpuModel.Load(folder, format) : CpuModel.Generate(name ?? CpuModel.TinyName, seed, format);
    }
}
