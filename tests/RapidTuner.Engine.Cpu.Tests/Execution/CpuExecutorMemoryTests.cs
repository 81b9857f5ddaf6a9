using RapidTuner.Core;
using RapidTuner.Engine.Cpu.Execution;
using RapidTuner.Engine.Text;

namespace RapidTuner.Engine.Cpu.Tests.Execution;

/// <summary>What the whole process allocates can be told only while no other test runs.</summary>
[Collection(AloneGroup.Name)]
public sealed class CpuExecutorMemoryTests
{
    [Fact]
    public void Steps_InTheSteadyState_AllocateNothing()
    {
        using var decoder = StepRig.Random(StepRig.Small with { Experts = 4, ExpertsPerToken = 2 });
        using var ended = new SemaphoreSlim(0);
        var options = new EngineOptions { DeviceUnits = 16, KvBlocks = 64, ContextTokens = 512, ItlLimitS = 1, ChunkTokens = 64, SequencesMax = 4 };
        using var executor = new CpuExecutor(decoder, options, 2, [], _ => ended.Release(), TimeProvider.System);
        executor.Begin(0, StepRig.Prompt(32), 400, new Sampling(1, 0.9, 1, 20), endsByItself: false);
        executor.Begin(1, StepRig.Prompt(64), 400, new Sampling(0, 1, 1), endsByItself: false);
        PrefillPart[] first = [new PrefillPart(0, 0, 32)], second = [new PrefillPart(1, 0, 64)];
        void Step(int stream)
        {
            executor.Launch(new StepLaunch(stream, stream == 0 ? Phase.Prefill : Phase.Decode, default, default, 16), 0);
            ended.Wait();
            executor.Finish(stream);
        }

        executor.Compose(0, first);
        Step(0);
        executor.Joined(0, 0, 1, 0);
        executor.Compose(0, second);
        for (var i = 0; i < 40; i++)
        {
            Step(i % 2);
        }

        // The whole process is watched, since workers allocate on threads of their own; the test runner has threads too, so the least of several rounds counts.
        var least = long.MaxValue;
        for (var round = 0; round < 20 && least > 0; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            Step(0);
            Step(1);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.Equal(0, least);
    }
}
