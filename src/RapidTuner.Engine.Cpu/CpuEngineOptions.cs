using RapidTuner.Core.Control;
using RapidTuner.Core.Errors;
using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Engine.Cpu;

/// <summary>How a CPU engine is set up. Nothing here changes after start.</summary>
public sealed record CpuEngineOptions
{
    /// <summary>How the phases run: split or hybrid. Default split.</summary>
    public EngineMode Mode { get; init; } = EngineMode.Split;

    /// <summary>Worker threads, 1 to 1024; default: the processors that the process may use.</summary>
    public int Cores { get; init; } = Environment.ProcessorCount;

    /// <summary>Units that the cores together are divided into, 2 to 4096; default 16, finer than what tiles of tens of microseconds can tell apart in a step of milliseconds.</summary>
    public int Units { get; init; } = 16;

    /// <summary>How weights are held. Default bf16, as published checkpoints are.</summary>
    public WeightFormat Weights { get; init; } = WeightFormat.BFloat16;

    /// <summary>Tokens that the KV cache holds, 16 or more; rounded up to whole blocks. Default 32768.</summary>
    public int KvTokens { get; init; } = 32_768;

    /// <summary>Most new tokens of a prefill step, 16 or more; default 256: tens of milliseconds for a small model on two cores.</summary>
    public int ChunkTokens { get; init; } = 256;

    /// <summary>Most sequences in one decode batch, 1 to 4096; default 32.</summary>
    public int SequencesMax { get; init; } = 32;

    /// <summary>Most requests that may wait for prefill; default 1024.</summary>
    public int QueueMax { get; init; } = 1024;

    /// <summary>The objective.</summary>
    public required Slo Slo { get; init; }

    /// <summary>The unit counts that a phase may have: every even one.</summary>
    public Palette Palette
    {
        get
        {
            var step = Math.Max(1, Units / 8);
            var counts = Enumerable.Range(1, 7).Select(k => k * step).Where(u => u < Units);
            return new Palette(Units, counts, counts);
        }
    }

    /// <summary>Throws <see cref="BadInputException"/> with every value that is out of range.</summary>
    public void Check()
    {
        var found = new Problems();
        found.InRange("cpu.cores", Cores, 1, 1024);
        found.InRange("cpu.units", Units, 2, 4096);
        found.InRange("cpu.kv_tokens", KvTokens, 16, 1 << 30);
        found.InRange("cpu.chunk_tokens", ChunkTokens, 16, 1 << 16);
        found.InRange("cpu.sequences_max", SequencesMax, 1, 4096);
        found.InRange("cpu.queue_max", QueueMax, 1, 1_000_000);
        if (Mode == EngineMode.Disaggregated)
        {
            found.Add("cpu.mode", "is disaggregated", "one machine has split and hybrid mode");
        }

        found.ThrowIfAny();
    }

    /// <summary>The scheduler's options for a model with that context.</summary>
    /// <param name="contextTokens">Tokens of the longest conversation.</param>
    public EngineOptions ForScheduler(int contextTokens) => new()
    {
        Mode = Mode,
        DeviceUnits = Units,
        KvBlocks = (KvTokens + Execution.PagedKv.BlockTokens - 1) / Execution.PagedKv.BlockTokens,
        ContextTokens = contextTokens,
        ItlLimitS = Slo.ItlS,
        ChunkTokens = ChunkTokens,
        ChunkTokensMax = ChunkTokens,
        SequencesMax = SequencesMax,
        QueueMax = QueueMax,
    };
}
