using RapidTuner.Core;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Control;
using RapidTuner.Core.Workload;
using RapidTuner.Engine;
using RapidTuner.Engine.Twin;
using RapidTuner.Engine.Twin.Cost;

namespace RapidTuner.Bench.Accuracy;

/// <summary>
/// One measured server and its twin: the same arrivals and lengths through the scheduler in hybrid mode, first come first served.
/// Replicas (dp) are engines of their own that take requests in turn; those of a mixture of experts share its experts.
/// </summary>
internal sealed class ServerReplay(ServerSetting setting, ServedRequest[] requests, SpecCatalogue catalogue)
{
    /// <summary>The stack under which the servers ran.</summary>
    public const string Stack = "vllm-0.19";

    /// <summary>How it was set up.</summary>
    public ServerSetting Setting => setting;

    /// <summary>Its requests.</summary>
    public int Count => requests.Length;

    /// <summary>What was measured, in order of arrival.</summary>
    public IEnumerable<RequestTiming> Measured => requests.Select(r => r.Timing);

    /// <summary>What the twin makes of it, in the same order. Safe from several threads.</summary>
    public RequestTiming[] Twin(FittedPair pair, IReadOnlyDictionary<string, Constant> constants)
    {
        var (device, stack) = FittedPair.With(pair.Device, pair.Stack, constants);
        device = device with { Fits = new SortedDictionary<string, IReadOnlyDictionary<string, Constant>>() };
        var model = catalogue.Model(setting.Model);
        var cost = new CostModel(device, model, stack, setting.TensorParallel, CostOptions.Default with { ExpertReplicas = setting.Replicas });
        var options = new EngineOptions
        {
            Mode = EngineMode.Hybrid,
            DeviceUnits = device.Units,
            ChunkTokens = setting.BatchedTokensMax,
            SequencesMax = setting.SequencesMax,
            Order = PrefillOrder.Fcfs,
            KvBlocks = MemoryPlan.For(device, model, setting.TensorParallel, Palette.Unmasked(device.Units)).KvBlocks,
            ContextTokens = model.ContextTokens,
            ItlLimitS = 1,
        };
        var chance = new TwinOptions { JitterSigma = stack.JitterSigma, StragglerShare = stack.StragglerShare, StragglerFactor = stack.StragglerFactor };
        var timings = new RequestTiming[requests.Length];
        for (var replica = 0; replica < setting.Replicas; replica++)
        {
            var observer = new TimingObserver(timings, replica, setting.Replicas);
            var engine = new TwinEngine(options, cost, policy: null, observer, seed: (ulong)replica + 1, chance);
            for (var at = replica; at < requests.Length; at += setting.Replicas)
            {
                engine.Submit(new TraceRequest(requests[at].Timing.ArrivalS, requests[at].PromptTokens, requests[at].Timing.OutputTokens), ttftLimitS: 1);
            }

            engine.Drain();
        }

        return Array.TrueForAll(timings, t => t.OutputTokens > 0) ? timings : throw new InvalidOperationException($"{setting}: a request did not finish in the twin");
    }
}
