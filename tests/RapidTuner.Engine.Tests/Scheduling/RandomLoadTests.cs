using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;
using RapidTuner.Core.Samples;
using RapidTuner.Engine.Tests.Rig;

namespace RapidTuner.Engine.Tests.Scheduling;

/// <summary>
/// Random small engines under random load, held against naive books: every token counted one by one, every block counted from scratch
/// after every event, every launch checked. A seed that fails names itself.
/// </summary>
public class RandomLoadTests
{
    private const int SeedsEach = 200;

    [Theory]
    [InlineData(EngineMode.Split)]
    [InlineData(EngineMode.Hybrid)]
    [InlineData(EngineMode.Disaggregated)]
    public void Run_AnyLoad_AgreesWithNaiveBooks(EngineMode mode)
    {
        for (var seed = 1UL; seed <= SeedsEach; seed++)
        {
            try
            {
                Run(mode, seed);
            }
            catch (Exception broken)
            {
                throw new InvalidOperationException($"{mode}, seed {seed}: {broken.Message}", broken);
            }
        }
    }

    private static void Run(EngineMode mode, ulong seed)
    {
        var rng = new Rng(seed, $"load {mode}");
        var options = AnyOptions(mode, rng);
        var disjoint = rng.NextInt(2) == 0;
        var rig = new EngineRig(options, AnyPolicy(options, rng, disjoint), AnyLatency(rng));
        rig.Executor.OnLaunch = (launch, _) => CheckLaunch(rig, launch, disjoint);
        var handles = new List<RequestHandle>();
        var requests = 1 + rng.NextInt(60);
        var everyS = rng.NextExponential() * 3;
        for (var i = 0; i < requests; i++)
        {
            if (rng.NextInt(3) > 0)
            {
                rig.AdvanceTo(rig.NowS + (everyS * rng.NextExponential()));
            }

            var prompt = 1 + rng.NextInt(rng.NextInt(4) == 0 ? options.KvBlocks * options.BlockTokens : 60);
            var output = 1 + rng.NextInt(rng.NextInt(4) == 0 ? 200 : 12);
            handles.Add(rig.Submit(prompt, output, cachedTokens: rng.NextInt(2) * rng.NextInt(prompt + 1), ttftLimitS: 20 * rng.NextDouble()));
            if (rng.NextInt(6) == 0)
            {
                rig.Cancel(handles[rng.NextInt(handles.Count)]);
            }
        }

        rig.Drain();
        Assert.Equal(requests, rig.Log.Requests.Count);
        Assert.Equal(requests, rig.Log.Arrivals);
        rig.Log.CheckRequests(options.ItlLimitS);
        if (mode == EngineMode.Split)
        {
            rig.Log.CheckBeside();
        }

        // Every block of every device is back: a request as large as the cache gets through on each.
        for (var i = 0; i < options.PrefillDevices + options.DecodeDevices; i++)
        {
            rig.Submit(Math.Min(options.ContextTokens, options.KvBlocks * options.BlockTokens) - 2, 2);
        }

        rig.Drain();
        Assert.All(rig.Log.Requests.Values.Where(r => r.Id >= requests), r => Assert.Equal(Outcome.Finished, r.Outcome));
    }

    private static EngineOptions AnyOptions(EngineMode mode, Rng rng)
    {
        var blockTokens = 1 + rng.NextInt(16);
        return new EngineOptions
        {
            Mode = mode,
            DeviceUnits = 4 + rng.NextInt(12),
            ChunkTokens = 16 + rng.NextInt(rng.NextInt(2) == 0 ? 32 : 200),
            WholePrompts = rng.NextInt(4) == 0,
            Order = (PrefillOrder)rng.NextInt(2),
            BlockTokens = blockTokens,
            KvBlocks = 3 + rng.NextInt(rng.NextInt(2) == 0 ? 12 : 80) + (40 / blockTokens),
            KvWatermarkShare = 0.1 * rng.NextDouble(),
            ContextTokens = rng.NextInt(3) == 0 ? 150 : 1000,
            ItlLimitS = 0.5 + (3 * rng.NextDouble()),
            QueueMax = rng.NextInt(4) == 0 ? 5 : int.MaxValue,
            SequencesMax = rng.NextInt(2) == 0 ? 1 + rng.NextInt(4) : 1024,
            PrefillDevices = 1 + rng.NextInt(3),
            DecodeDevices = 1 + rng.NextInt(3),
            KvBytesPerToken = 1,
            LinkBytesPerS = rng.NextInt(3) == 0 ? double.PositiveInfinity : 5 + (100 * rng.NextDouble()),
            Layers = 1 + rng.NextInt(8),
        };
    }

    private static FixedPolicy AnyPolicy(EngineOptions options, Rng rng, bool disjoint)
    {
        var units = options.DeviceUnits;
        var prefill = Enumerable.Range(0, 3).Select(_ => 1 + rng.NextInt(units)).ToArray();
        var decode = disjoint ? prefill.Where(p => p < units).Select(p => units - p).ToArray() : Enumerable.Range(0, 3).Select(_ => 1 + rng.NextInt(units)).ToArray();
        var palette = new Palette(units, prefill, decode);
        var levers = rng.NextInt(2) == 0;
        return new FixedPolicy(palette, _ =>
        {
            var p = palette.PrefillUnits[rng.NextInt(palette.PrefillUnits.Length)];
            var d = disjoint ? palette.AtMost(Phase.Decode, units - p) : palette.DecodeUnits[rng.NextInt(palette.DecodeUnits.Length)];
            if (disjoint && d == 0)
            {
                (p, d) = Smallest(palette);
            }

            return levers
                ? new Decision(new Split(p, d), Reason.Fixed, rng.NextInt(2) * (16 + rng.NextInt(100)), (PrefillOrder)rng.NextInt(2), rng.NextInt(2) * 10,
                    HoldsDecode: rng.NextInt(4) == 0, Fuses: rng.NextInt(3) == 0, AdmitTokens: rng.NextInt(2) * rng.NextInt(200), ChunkPairs: rng.NextInt(2) * rng.NextInt(2000))
                : new Decision(new Split(p, d), Reason.Fixed, Order: options.Order);
        });
    }

    // A palette in which no pair is disjoint leaves only the whole device for each: the rig then allows the overlap.
    private static (int PrefillUnits, int DecodeUnits) Smallest(Palette palette) => (palette.PrefillUnits[0], palette.DecodeUnits[0]);

    private static Func<StepLaunch, double> AnyLatency(Rng rng)
    {
        var fixedS = rng.NextDouble();
        var perTokenS = 0.05 * rng.NextDouble();
        var whole = rng.NextInt(3) == 0;
        return launch =>
        {
            var latencyS = fixedS + (perTokenS * (launch.Work.NewTokens + launch.Fused.NewTokens)) + (0.1 * rng.NextDouble());
            return whole ? Math.Ceiling(latencyS) : latencyS;
        };
    }

    private static void CheckLaunch(EngineRig rig, StepLaunch launch, bool disjoint)
    {
        var options = rig.Options;
        Assert.InRange(launch.Units, 1, options.DeviceUnits);
        if (options.Mode != EngineMode.Split || launch.Phase == Phase.Hybrid)
        {
            Assert.True(options.Mode != EngineMode.Split || rig.Executor.Streams.Count == 0, "a hybrid step beside another");
            Assert.Equal(options.DeviceUnits, launch.Units);
            return;
        }

        if (rig.Executor.Streams.Values.Any(r => r.Launch.Phase == Phase.Hybrid))
        {
            Assert.Fail("a step beside a hybrid one");
        }

        var palette = rig.Split.Palette;
        Assert.Contains(launch.Units, launch.Phase == Phase.Prefill ? palette.PrefillUnits : palette.DecodeUnits);
        var beside = rig.Executor.Streams.Values.Sum(r => r.Launch.Units);
        var overlapUnits = rig.Split.Split.OverlapUnits(options.DeviceUnits);
        Assert.True(beside == 0 || beside + launch.Units <= options.DeviceUnits + overlapUnits, $"{launch} beside {beside} units");
        Assert.True(!disjoint || overlapUnits == 0 || palette.AtMost(Phase.Decode, options.DeviceUnits - palette.PrefillUnits[0]) == 0);
    }
}
