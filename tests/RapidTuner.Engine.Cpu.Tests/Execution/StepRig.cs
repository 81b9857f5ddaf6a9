using RapidTuner.Core;
using RapidTuner.Engine.Cpu.Execution;
using RapidTuner.Engine.Cpu.Model;
using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Engine.Cpu.Tests.Execution;

/// <summary>An executor driven step by step, without a scheduler.</summary>
internal sealed class StepRig : IDisposable
{
    public const int Units = 16;

    private readonly SemaphoreSlim _ended = new(0);

    public StepRig(Decoder decoder, int kvBlocks = 64, int cores = 2, int contextTokens = 512, EngineMode mode = EngineMode.Split)
    {
        var options = new EngineOptions
        {
            Mode = mode,
            DeviceUnits = Units,
            KvBlocks = kvBlocks,
            ContextTokens = contextTokens,
            ItlLimitS = 1,
            ChunkTokens = 256,
            SequencesMax = 16,
        };
        Executor = new CpuExecutor(decoder, options, cores, [], _ => _ended.Release(), TimeProvider.System);
    }

    public CpuExecutor Executor { get; }

    public static DecoderConfig Small { get; } = new()
    {
        Layers = 2,
        Hidden = 64,
        Heads = 4,
        KvHeads = 2,
        HeadDim = 32,
        FeedForward = 96,
        Vocabulary = 100,
        ContextTokens = 512,
    };

    public static Decoder Random(DecoderConfig config, WeightFormat format = WeightFormat.FullPrecision, bool mixtralNames = false) =>
        Decoder.Load(config, new RandomTensors(5), mixtralNames, format);

    public static int[] Prompt(int tokens, int from = 1) => [.. Enumerable.Range(0, tokens).Select(i => ((i * 37) + (from * 11)) % 100)];

    /// <summary>One prefill step over pieces of prompts; the logits of those that it completes.</summary>
    public float[][] Prefill(int units, params PrefillPart[] parts)
    {
        Executor.Compose(0, parts);
        Executor.Launch(new StepLaunch(0, Phase.Prefill, default, default, units), 0);
        return End(0, parts.Length);
    }

    /// <summary>One decode step; logits in the order of joining.</summary>
    public float[][] Decode(int units, int sequences)
    {
        Executor.Launch(new StepLaunch(1, Phase.Decode, default, default, units), 0);
        return End(1, sequences);
    }

    public void Dispose()
    {
        Executor.Dispose();
        _ended.Dispose();
    }

    private float[][] End(int stream, int drawn)
    {
        if (!_ended.Wait(TimeSpan.FromSeconds(60)))
        {
            throw new TimeoutException("the step did not end");
        }

        if (Executor.Fault is { } fault)
        {
            throw new InvalidOperationException("a worker broke", fault);
        }

        Executor.Finish(stream);
        return [.. Enumerable.Range(0, drawn).Select(i => Executor.LogitsOf(stream, i).ToArray())];
    }
}
