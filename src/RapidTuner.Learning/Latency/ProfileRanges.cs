using RapidTuner.Core.Catalogue;

namespace RapidTuner.Learning.Latency;

/// <summary>What a profile covers.</summary>
public sealed record ProfileRanges
{
    /// <summary>Units of the device.</summary>
    public required int DeviceUnits { get; init; }

    /// <summary>Unit counts that a stream may be masked to, rising, the whole device last.</summary>
    public required IReadOnlyList<int> Allowed { get; init; }

    /// <summary>Unit counts of the palette: most of the profile is taken on these.</summary>
    public required IReadOnlyList<int> Palette { get; init; }

    /// <summary>Longest context of a sequence, tokens.</summary>
    public required int ContextTokens { get; init; }

    /// <summary>Tokens that fit in the KV cache.</summary>
    public required long KvTokens { get; init; }

    /// <summary>Most sequences of a decode batch; default 1024.</summary>
    public int SequencesMax { get; init; } = 1024;

    /// <summary>Most new tokens of a prefill step; default 8192.</summary>
    public int PrefillTokensMax { get; init; } = MemoryPlan.ActivationTokens;

    /// <summary>What a catalogue's device and model can be asked for.</summary>
    public static ProfileRanges Of(DeviceSpec device, ModelSpec model, int tensorParallel)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(model);
        var palette = device.DefaultPalette();
        return new ProfileRanges
        {
            DeviceUnits = device.Units,
            Allowed = [.. device.AllowedUnits()],
            Palette = [.. palette.PrefillUnits.Union(palette.DecodeUnits).Order()],
            ContextTokens = model.ContextTokens,
            KvTokens = MemoryPlan.For(device, model, tensorParallel, palette).KvTokens,
        };
    }
}
