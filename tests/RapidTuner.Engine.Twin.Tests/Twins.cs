using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;
using RapidTuner.Core.Samples;
using RapidTuner.Core.Workload;
using RapidTuner.Engine.Twin.Cost;

namespace RapidTuner.Engine.Twin.Tests;

/// <summary>Twins of a small pair of device and model, and loads for them.</summary>
internal static class Twins
{
    public static CostModel Cost { get; } = Models.Cost("l20", "qwen2.5-3b");

    public static int Units => Cost.Device.Units;

    /// <summary>Options with a KV cache so small that prompts wait and sequences are preempted.</summary>
    public static EngineOptions Options(EngineMode mode = EngineMode.Split) => new()
    {
        Mode = mode,
        DeviceUnits = Units,
        KvBlocks = 600,
        ContextTokens = 8192,
        ItlLimitS = 0.03,
        ChunkTokens = 512,
        DecodeDevices = 2,
        KvBytesPerToken = 36_864,
        LinkBytesPerS = 20e9,
        Layers = 36,
    };

    public static TwinEngine Build(IEngineObserver observer, EngineMode mode = EngineMode.Split, ulong seed = 1, IPolicy? policy = null, TwinOptions? twin = null)
    {
        var engine = new TwinEngine(Options(mode), Cost, mode == EngineMode.Split ? policy ?? new LoadPolicy() : null, observer, seed, twin ?? new TwinOptions());
        engine.Scheduler.Tokens = observer as ITokenSink;
        return engine;
    }

    public static TraceRequest[] Load(int count, double rateRps, ulong seed)
    {
        var rng = new Rng(seed, "twin load");
        var atS = 0.0;
        var requests = new TraceRequest[count];
        for (var i = 0; i < count; i++)
        {
            // Now and then several arrive at once.
            atS += rng.NextInt(5) == 0 ? 0 : rng.NextExponential() / rateRps;
            var prompt = 1 + (int)(400 * rng.NextExponential());
            requests[i] = new TraceRequest(atS, Math.Min(prompt, 4000), 1 + Math.Min(2000, (int)(80 * rng.NextExponential())), rng.NextInt(2) * rng.NextInt(prompt));
        }

        return requests;
    }

    public static void Submit(TwinEngine engine, ReadOnlySpan<TraceRequest> requests)
    {
        foreach (ref readonly var request in requests)
        {
            engine.Submit(in request, Math.Max(0.2, request.PromptTokens / 2000.0));
        }
    }

    public static Recorder Run(EngineMode mode, ulong seed, TraceRequest[] load)
    {
        var recorder = new Recorder();
        var engine = Build(recorder, mode, seed);
        Submit(engine, load);
        engine.Drain();
        return recorder;
    }

    /// <summary>A policy that makes use of all it sees, so that a difference in any of it shows in its decisions.</summary>
    internal sealed class LoadPolicy : IPolicy
    {
        private readonly int[] _counts = [.. new[] { 0.25, 0.5, 0.75, 1 }.Select(s => (int)(s * Units))];

        public LoadPolicy() => Palette = new Palette(Units, _counts, _counts);

        public string Name => "load";

        public Palette Palette { get; }

        public Decision Decide(in Observation seen)
        {
            var hash = HashCode(in seen);
            var split = new Split(_counts[hash % 4], _counts[hash / 4 % 4]);
            return new Decision(split, Reason.Fixed, 256 << (int)(hash / 16 % 4), (PrefillOrder)(hash / 64 % 2), hash / 128 % 2 * 5000.0);
        }

        // Stable over processes, unlike System.HashCode.
        private static uint HashCode(in Observation seen)
        {
            var text = FormattableString.Invariant($"{seen.NowS:R}|{seen}");
            var hash = 2166136261U;
            foreach (var c in text)
            {
                hash = (hash ^ c) * 16777619U;
            }

            return hash >> 8;
        }
    }
}
