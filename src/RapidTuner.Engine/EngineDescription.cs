using RapidTuner.Core.Control;

namespace RapidTuner.Engine;

/// <summary>What an engine is, fixed from its start.</summary>
/// <param name="Kind">"twin", "cpu" or "gpu".</param>
/// <param name="Device">Name of the device.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="TensorParallel">Devices that share each layer.</param>
/// <param name="Policy">Name of the policy that decides.</param>
/// <param name="DeviceUnits">Units of the device.</param>
/// <param name="Palette">Unit counts per phase for which streams are held.</param>
/// <param name="ContextTokens">Longest prompt and reply together.</param>
/// <param name="KvTokens">Tokens that its KV cache holds.</param>
/// <param name="Slo">The objective that it is asked to meet.</param>
/// <param name="Placeholders">True when its tokens are placeholders at a computed pace.</param>
public sealed record EngineDescription(
    string Kind,
    string Device,
    string Model,
    int TensorParallel,
    string Policy,
    int DeviceUnits,
    Palette Palette,
    int ContextTokens,
    long KvTokens,
    Slo Slo,
    bool Placeholders);
