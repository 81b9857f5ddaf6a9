using RapidTuner.Core.Errors;
using RapidTuner.Engine.Cpu.Model;
using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Engine.Cpu.Loading;

/// <summary>Loads a checkpoint in Hugging Face's layout: <c>config.json</c>, <c>tokenizer.json</c>, safetensors. Everything wrong with any of them is told at once.</summary>
internal static class ModelFolder
{
    /// <summary>Loads the checkpoint in <paramref name="folder"/>.</summary>
    /// <exception cref="BadInputException">Something is missing, unsupported or damaged.</exception>
    public static CpuModel Load(string folder, WeightFormat weights)
    {
        if (!Directory.Exists(folder))
        {
            throw new BadInputException(folder, "is no folder", "name one with config.json, tokenizer.json and model.safetensors");
        }

        var found = new Problems();
        var config = ModelConfigFile.Read(Path.Combine(folder, "config.json"), found, out var architecture, out var endTokens);
        var generation = Path.Combine(folder, "generation_config.json");
        if (File.Exists(generation))
        {
            using var more = BoundedJson.Read(generation, BoundedJson.SmallBytesMax, found);
            endTokens = more is null ? endTokens : [.. endTokens, .. ModelConfigFile.EndTokens(more.RootElement)];
        }

        var mistral = architecture is "MistralForCausalLM" or "MixtralForCausalLM";
        var tokenizer = TokenizerFile.Read(Path.Combine(folder, "tokenizer.json"), config?.Vocabulary ?? int.MaxValue, mistral, endTokens, found);
        using var tensors = SafetensorsFolder.Open(folder, found);
        if (config is not null)
        {
            tensors.Check(new TensorNames(config, architecture == "MixtralForCausalLM").All(), found);
        }

        found.ThrowIfAny();
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return new CpuModel(name, Decoder.Load(config!, tensors, architecture == "MixtralForCausalLM", weights), tokenizer!);
    }
}
