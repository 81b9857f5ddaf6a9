using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Engine.Scheduling;

namespace RapidTuner.Engine.Tests.Scheduling;

/// <summary>In the steady state a step allocates nothing, whatever the batch.</summary>
public class AllocationTests
{
    [Theory]
    [InlineData(EngineMode.Split)]
    [InlineData(EngineMode.Hybrid)]
    [InlineData(EngineMode.Disaggregated)]
    public void Step_SteadyState_AllocatesNothing(EngineMode mode)
    {
        var executor = new SilentExecutor();
        var scheduler = Build(mode, executor);
        var nowS = 0.0;
        for (var i = 0; i < 200; i++)
        {
            scheduler.Submit(new EngineRequest(nowS, 50 + i, 0, 20_000, 1), nowS);
        }

        nowS = Steps(scheduler, executor, nowS, 2_000);
        Assert.Equal(200, scheduler.DecodeSequences);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Steps(scheduler, executor, nowS, 10_000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    /// <summary>Requests come and go, prompts are cut, blocks run out and sequences are preempted: still nothing.</summary>
    [Theory]
    [InlineData(EngineMode.Split)]
    [InlineData(EngineMode.Hybrid)]
    [InlineData(EngineMode.Disaggregated)]
    public void Step_RequestsComeAndGo_AllocatesNothing(EngineMode mode)
    {
        var executor = new SilentExecutor { OutputTokens = 40 };
        var scheduler = Build(mode, executor);
        var nowS = Churn(scheduler, executor, 0, 3_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Churn(scheduler, executor, nowS, 3_000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(scheduler.Steps > 5_000);
    }

    /// <summary>Splits are on their way, or restarts under way, all the time: nothing either.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(5, true)]
    public void Step_SplitsTakeTimeToApply_AllocatesNothing(double applyS, bool restarts)
    {
        var executor = new SilentExecutor { OutputTokens = 40 };
        var scheduler = new SplitScheduler(Options(EngineMode.Split) with { ApplyS = applyS, ApplyRestarts = restarts }, new TurningPolicy(), executor, new SilentObserver());

        // More wait during a restart than at other times: room for all of them is made first.
        for (var i = 0; i < 6_000; i++)
        {
            scheduler.Submit(new EngineRequest(0, 100, 0, 40, 1), 0);
        }

        var nowS = Churn(scheduler, executor, Steps(scheduler, executor, 0, 20_000), 3_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Churn(scheduler, executor, nowS, 3_000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(scheduler.Switches > 4, $"{scheduler.Switches} switches");
    }

    private static EngineScheduler Build(EngineMode mode, SilentExecutor executor)
    {
        var options = Options(mode);
        var observer = new SilentObserver();
        return mode switch
        {
            EngineMode.Split => new SplitScheduler(options, new HalfPolicy(), executor, observer),
            EngineMode.Hybrid => new HybridScheduler(options, executor, observer),
            _ => new DisaggregatedScheduler(options, executor, observer),
        };
    }

    private static EngineOptions Options(EngineMode mode) => new()
    {
        Mode = mode,
        DeviceUnits = 8,
        KvBlocks = 1_000_000,
        ContextTokens = 100_000,
        ItlLimitS = 0.5,
        ChunkTokens = 256,
        KvBytesPerToken = 1,
        LinkBytesPerS = 1e6,
    };

    private static double Churn(EngineScheduler scheduler, SilentExecutor executor, double nowS, int requests)
    {
        for (var i = 0; i < requests; i++)
        {
            scheduler.Submit(new EngineRequest(nowS, 20 + (i % 500), 0, 40, 1), nowS);
            nowS = Steps(scheduler, executor, nowS, 2);
        }

        return Steps(scheduler, executor, nowS, 5_000);
    }

    private static double Steps(EngineScheduler scheduler, SilentExecutor executor, double nowS, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            scheduler.Pump(nowS);
            nowS += 0.01;
            for (var stream = 0; stream < scheduler.Streams; stream++)
            {
                if (executor.TryEnd(stream))
                {
                    scheduler.Complete(stream, nowS);
                }
            }

            if (scheduler.NextTimerS <= nowS)
            {
                scheduler.OnTimer(nowS);
            }
        }

        return nowS;
    }

    private sealed class HalfPolicy : IPolicy
    {
        public string Name => "half";

        public Palette Palette { get; } = new(8, [4], [4]);

        public Decision Decide(in Observation seen) => new(new Split(4, 4), Reason.Fixed);
    }

    /// <summary>Wants another split every 20 s.</summary>
    private sealed class TurningPolicy : IPolicy
    {
        public string Name => "turning";

        public Palette Palette { get; } = new(8, [2, 6], [2, 6]);

        public Decision Decide(in Observation seen) => new((long)(seen.NowS / 20) % 2 == 0 ? new Split(2, 6) : new Split(6, 2), Reason.Fixed);
    }

    private sealed class SilentObserver : IEngineObserver
    {
        public void OnStep(in StepSample step)
        {
        }

        public void OnGaps(double nowS, double gapS, int count)
        {
        }

        public void OnRequest(in RequestSample request)
        {
        }
    }

    /// <summary>Runs every step, ends sequences by a heap, allocates nothing.</summary>
    private sealed class SilentExecutor : IPhaseExecutor
    {
        private readonly bool[] _running = new bool[8];
        private readonly SlotHeap _ends = new();
        private long _seq;

        public int OutputTokens { get; init; } = 20_000;

        public bool TryEnd(int stream)
        {
            var running = _running[stream];
            _running[stream] = false;
            return running;
        }

        public void Launch(in StepLaunch launch, double nowS) => _running[launch.Stream] = true;

        public void Compose(int stream, ReadOnlySpan<PrefillPart> parts)
        {
        }

        public bool EndsWithToken(int slot, int generated) => generated >= OutputTokens;

        public void Joined(int batch, int slot, int generated, long steps) => _ends.Push(slot, steps + OutputTokens - generated, _seq++);

        public void Left(int batch, int slot) => _ends.Remove(slot);

        public bool TakeEnded(int batch, long steps, out int slot)
        {
            slot = _ends.Count > 0 && _ends.TopKey <= steps ? _ends.Pop() : -1;
            return slot >= 0;
        }
    }
}
