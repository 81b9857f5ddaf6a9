using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Engine.Kv;

namespace RapidTuner.Engine.Scheduling;

/// <summary>
/// Chunked-prefill hybrid batching on all units (Sarathi-Serve, arXiv 2403.02310, §4: every step carries the whole decode batch
/// and fills the rest of its token budget with prompt pieces; vLLM's scheduler does the same).
/// </summary>
public sealed class HybridScheduler : EngineScheduler
{
    private readonly KvBlocks _kv;
    private readonly DecodeBatch _batch;
    private readonly PrefillStep _step;
    private RunningStep _running;

    /// <summary>Builds the scheduler; nothing runs until <see cref="EngineScheduler.Pump"/>.</summary>
    public HybridScheduler(EngineOptions options, IPhaseExecutor executor, IEngineObserver observer)
        : base(options, executor, observer)
    {
        _kv = new KvBlocks(options.KvBlocks, options.BlockTokens, options.KvWatermarkShare);
        _batch = new DecodeBatch(0, Table, _kv, options.BlockTokens);
        _step = new PrefillStep(Table, Queue);
    }

    /// <inheritdoc/>
    public override int Streams => 1;

    /// <inheritdoc/>
    public override int DecodeSequences => _batch.Count + _batch.JoiningCount;

    /// <inheritdoc/>
    public override double KvFreeShare => _kv.FreeShare;

    /// <inheritdoc/>
    public override void Complete(int stream, double nowS)
    {
        Steps++;
        _running.Running = false;
        Report(nowS);
        if (_batch.Count > 0)
        {
            FinishDecode(_batch, nowS);
        }

        FinishPrefill(_step, nowS);
    }

    /// <inheritdoc/>
    public override void Pump(double nowS)
    {
        if (_running.Running)
        {
            return;
        }

        DropCancelled(_batch, nowS);
        Form(_batch);
        ComposePrefill(nowS);
        var fused = StepWork.Decode(_batch.Count, _batch.ContextTokens);
        if (_step.Count == 0 && _batch.Count == 0)
        {
            return;
        }

        var phase = _step.Count == 0 ? Phase.Decode : _batch.Count == 0 ? Phase.Prefill : Phase.Hybrid;
        var work = _step.Count == 0 ? fused : _step.Work;
        _running = new RunningStep { Running = true, StartS = nowS, Units = Options.DeviceUnits, Work = work, Fused = phase == Phase.Hybrid ? fused : default, Reason = Reason.Fixed, Split = new Split(Options.DeviceUnits, Options.DeviceUnits) };
        MarkScheduled(_step, nowS);
        Executor.Compose(0, _step.Parts);
        Executor.Launch(new StepLaunch(0, phase, work, _running.Fused, Options.DeviceUnits), nowS);
    }

    private protected override KvBlocks PrefillKv(in RequestSlot request) => _kv;

    private protected override DecodeBatch BatchOf(in RequestSlot request) => _batch;

    private protected override void HandOver(int slot, double nowS) => _batch.Ready(slot);

    // Decode tokens count against the budget, so that the budget bounds the step's time.
    private void ComposePrefill(double nowS)
    {
        var sequencesLeft = Options.SequencesMax - _batch.Count;
        var budgetTokens = Options.WholePrompts ? Options.ChunkTokens : Options.ChunkTokens - _batch.Count;
        if (Queue.Count > 0 && budgetTokens > 0 && sequencesLeft > 0)
        {
            _step.Compose(_kv, nowS, budgetTokens, Options.WholePrompts, sequencesLeft, demotionTokensPerS: 0);
        }
        else
        {
            _step.Clear();
        }
    }

    private void Report(double nowS)
    {
        var phase = _running.Fused.Sequences > 0 ? Phase.Hybrid : _step.Count > 0 ? Phase.Prefill : Phase.Decode;
        var sample = _running.ToSample(Steps, phase, nowS, Options.DeviceUnits, _kv.FreeShare);
        Observer.OnStep(in sample);
    }
}
