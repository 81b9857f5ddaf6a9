using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Engine.Cpu;
using RapidTuner.Engine.Cpu.Numerics;
using RapidTuner.Learning.Latency;
using RapidTuner.Serving;

namespace RapidTuner.Bench.Cpu;

/// <summary>The engine with the tiny model, what its start measurement says, and limits and a rate that follow from that; serves a load once and keeps what was reported.</summary>
internal sealed class EngineScene : IDisposable
{
    private const int DecodeSequences = 8;
    private const int ContextTokens = 500;

    private readonly CpuModel _model = CpuModel.Generate(1, WeightFormat.BFloat16);
    private readonly TimeProvider _clock;
    private readonly double _prefillS;

    /// <param name="rateShare">Rate, as a share of what both phases would take one after the other.</param>
    /// <param name="clock">The clock.</param>
    public EngineScene(double rateShare, TimeProvider clock)
    {
        _clock = clock;
        var options = new CpuEngineOptions { Slo = new Slo("bench", null, 0, 1) };
        Start = CpuStart.Measure(_model, options, clock);
        var law = new LearnedStepLatency(Start, LatencyQuantile.Median);
        _prefillS = law.AloneS(Phase.Prefill, StepWork.Prefill(1, options.ChunkTokens, 0), options.Units);
        var decodeS = law.AloneS(Phase.Decode, StepWork.Decode(DecodeSequences, DecodeSequences * ContextTokens), options.Units);
        Options = options with { Slo = new Slo("bench", null, 0, 4 * decodeS) };
        var requestS = (_prefillS * PoissonLoad.PromptTokensMean / options.ChunkTokens) + (PoissonLoad.OutputTokensMean * decodeS / DecodeSequences);
        Rps = rateShare / requestS;
    }

    /// <summary>Cores, units, limits.</summary>
    public CpuEngineOptions Options { get; }

    /// <summary>The law measured at start.</summary>
    public LatencyModel Start { get; }

    /// <summary>Requests per second.</summary>
    public double Rps { get; }

    /// <summary>Tokens of the model's longest conversation.</summary>
    public int ContextMax => _model.Config.ContextTokens;

    /// <summary>What limits and rate are, for people.</summary>
    public override string ToString() =>
        $"tiny-random, {Options.Cores} cores, {Options.Units} units; limits: ITL {Options.Slo.ItlS * 1e3:F2} ms (4 × unloaded), TTFT 6 × unloaded, at least 50 ms; {Rps:F1} requests/s";

    /// <summary>Serves a load of that many seconds; requests still under way five seconds later count as missed.</summary>
    public KeptSteps Serve(IPolicy? policy, ulong seed, double seconds)
    {
        var kept = new KeptSteps();
        IEngineObserver observer = policy is IObservingPolicy observing ? new ObserverFan(kept, observing.Observer) : kept;
        var options = Options with { Mode = policy is null ? Engine.EngineMode.Hybrid : Engine.EngineMode.Split };
        var engine = new CpuEngine(_model, options, policy, observer, new PoissonLoad(Rps, seconds, seed, TtftLimitS), 1, _clock);
        engine.Start();
        while (engine.NowS < seconds || (engine.Snapshot.InFlight > 0 && engine.NowS < seconds + 5))
        {
            using var pause = new ManualResetEventSlim();
            pause.Wait(20);
        }

        engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return kept;
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private double TtftLimitS(int promptTokens) => Math.Max(0.05, 6 * _prefillS * promptTokens / Options.ChunkTokens);
}
