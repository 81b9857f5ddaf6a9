using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Errors;

namespace RapidTuner.Engine;

/// <summary>What an engine is built with. Nothing here changes after start.</summary>
public sealed record EngineOptions
{
    /// <summary>How the phases run; default <see cref="EngineMode.Split"/>.</summary>
    public EngineMode Mode { get; init; } = EngineMode.Split;

    /// <summary>Units of one device, 1 or more.</summary>
    public required int DeviceUnits { get; init; }

    /// <summary>Most new prompt tokens of a prefill step, 16 or more; default 2048. In hybrid mode decode tokens count too.</summary>
    public int ChunkTokens { get; init; } = 2048;

    /// <summary>Most new tokens of a prefill step whatever a policy decides: the room that an executor has. Default: no bound.</summary>
    public int ChunkTokensMax { get; init; } = int.MaxValue;

    /// <summary>True: prompts are never cut. Further prompts join a step while it stays within <see cref="ChunkTokens"/>. Default false.</summary>
    public bool WholePrompts { get; init; }

    /// <summary>Most new tokens of a prefill step on lent units, 512 to 2048; default 2048 (DESIGN §4).</summary>
    public int LentChunkTokensMax { get; init; } = 2048;

    /// <summary>Order of the prefill queue in hybrid and disaggregated mode, and in split mode until the policy first names one; default SPF.</summary>
    public PrefillOrder Order { get; init; } = PrefillOrder.Spf;

    /// <summary>Priority that a waiting prompt gains as it ages (γ of shortest-prompt-first), tokens per second waited; default 15 (DESIGN §4).</summary>
    public double AgeingTokensPerS { get; init; } = 15;

    /// <summary>KV blocks of one device, 1 or more.</summary>
    public required int KvBlocks { get; init; }

    /// <summary>Tokens per KV block; default 16 (DESIGN §4).</summary>
    public int BlockTokens { get; init; } = 16;

    /// <summary>Share of the blocks that admission leaves free for running sequences to grow into, 0 to 0.5; default 0.01 (vLLM's watermark).</summary>
    public double KvWatermarkShare { get; init; } = 0.01;

    /// <summary>Most tokens of prompt and output together: the model's context.</summary>
    public required int ContextTokens { get; init; }

    /// <summary>Limit on inter-token latency, seconds; late gaps are counted against it.</summary>
    public required double ItlLimitS { get; init; }

    /// <summary>Most requests that may wait for prefill; further ones are refused. Default: no bound.</summary>
    public int QueueMax { get; init; } = int.MaxValue;

    /// <summary>Most sequences in one decode batch; default 1024.</summary>
    public int SequencesMax { get; init; } = 1024;

    /// <summary>Devices that prefill (disaggregated mode); default 1.</summary>
    public int PrefillDevices { get; init; } = 1;

    /// <summary>Devices that decode (disaggregated mode); default 1.</summary>
    public int DecodeDevices { get; init; } = 1;

    /// <summary>Unit counts for which streams are held; null: the policy's.</summary>
    public Palette? Palette { get; init; }

    /// <summary>
    /// Time from a decision for another split to its coming into force, seconds, 0 to 86,400 (split mode); default 0: at the next step. Chunk, order, demotion, admission,
    /// waiting, fused steps and lending belong to the scheduler and stay immediate.
    /// </summary>
    public double ApplyS { get; init; }

    /// <summary>
    /// True: another split needs a restart. What has begun is served to its end while nothing else begins, as SGLang does when it is told to end; then nothing is served for
    /// <see cref="ApplyS"/>, and the KV cache begins empty. Default false.
    /// </summary>
    public bool ApplyRestarts { get; init; }

    /// <summary>Bytes of KV per token that a transfer between devices sends (disaggregated mode).</summary>
    public double KvBytesPerToken { get; init; }

    /// <summary>Bandwidth of the link between devices, bytes per second (disaggregated mode).</summary>
    public double LinkBytesPerS { get; init; } = double.PositiveInfinity;

    /// <summary>Layers of the model: a transfer is overlapped with the prefill layer by layer (disaggregated mode).</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Throws <see cref="BadInputException"/> with every value that is out of range.</summary>
    public void Check()
    {
        var found = new Problems();
        found.InRange("engine.device_units", DeviceUnits, 1, 65_536);
        found.InRange("engine.chunk_tokens", ChunkTokens, 16, int.MaxValue);
        found.InRange("engine.chunk_tokens_max", ChunkTokensMax, ChunkTokens, int.MaxValue);
        found.InRange("engine.lent_chunk_tokens_max", LentChunkTokensMax, 512, 2048);
        found.InRange("engine.ageing_tokens_per_s", AgeingTokensPerS, 0, 1000);
        found.InRange("engine.kv_blocks", KvBlocks, 1, int.MaxValue);
        found.InRange("engine.block_tokens", BlockTokens, 1, 1024);
        found.InRange("engine.kv_watermark_share", KvWatermarkShare, 0, 0.5);
        found.InRange("engine.context_tokens", ContextTokens, 1, int.MaxValue);
        found.InRange("engine.itl_limit_s", ItlLimitS, 1e-6, double.PositiveInfinity);
        found.InRange("engine.queue_max", QueueMax, 1, int.MaxValue);
        found.InRange("engine.sequences_max", SequencesMax, 1, 1_000_000);
        found.InRange("engine.prefill_devices", PrefillDevices, 1, 64);
        found.InRange("engine.decode_devices", DecodeDevices, 1, 64);
        found.InRange("engine.apply_s", ApplyS, 0, 86_400);
        found.InRange("engine.kv_bytes_per_token", KvBytesPerToken, 0, double.MaxValue);
        found.InRange("engine.link_bytes_per_s", LinkBytesPerS, double.Epsilon, double.PositiveInfinity);
        found.InRange("engine.layers", Layers, 1, 100_000);
        if (Palette is not null && Palette.DeviceUnits != DeviceUnits)
        {
            found.Add("engine.palette", $"is made for {Palette.DeviceUnits} units, the device has {DeviceUnits}", "make it from the same device");
        }

        found.ThrowIfAny();
    }
}
