using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Engine.Kv;

namespace RapidTuner.Engine.Scheduling;

/// <summary>
/// Two concurrent streams over the current split (DESIGN §4). A step holds the units it was launched with. A growing phase
/// starts its next step only on units that are free, so until the shrinking phase's step ends it runs on what is left. An
/// idle phase's units are lent for one step. A policy may fuse both phases into one hybrid step instead (<see cref="Decision.Fuses"/>).
/// </summary>
public sealed partial class SplitScheduler : EngineScheduler
{
    private const int Prefill = 0;
    private const int Decode = 1;

    private readonly KvBlocks _kv;
    private readonly DecodeBatch _batch;
    private readonly PrefillStep _step;
    private readonly SplitChange _change;
    private RunningStep _prefill;
    private RunningStep _decode;
    private Split _split;
    private double _splitSinceS;
    private double _decodeLatestS;
    private double _prefillLatestS;
    private int _chunkTokens;
    private double _demotionTokensPerS;
    private Split? _pinned;

    /// <summary>Builds the scheduler; nothing runs until <see cref="EngineScheduler.Pump"/>.</summary>
    public SplitScheduler(EngineOptions options, IPolicy policy, IPhaseExecutor executor, IEngineObserver observer)
        : base(options, executor, observer)
    {
        Policy = policy;
        Palette = options.Palette ?? policy.Palette;
        (options with { Palette = Palette }).Check();
        _kv = new KvBlocks(options.KvBlocks, options.BlockTokens, options.KvWatermarkShare);
        _batch = new DecodeBatch(0, Table, _kv, options.BlockTokens);
        _step = new PrefillStep(Table, Queue);
        _change = new SplitChange(options.ApplyS, options.ApplyRestarts);
        _split = new Split(options.DeviceUnits, options.DeviceUnits);
        _chunkTokens = options.ChunkTokens;
    }

    /// <summary>The policy that is asked at every step boundary.</summary>
    public IPolicy Policy { get; set; }

    /// <summary>The unit counts for which streams are held.</summary>
    public Palette Palette { get; }

    /// <summary>The split in force.</summary>
    public Split Split => _split;

    /// <summary>The split that is being applied (<see cref="EngineOptions.ApplyS"/>); null when none is.</summary>
    public Split? Coming => _change.Coming;

    /// <summary>A split that an operator holds, nearest allowed; null: the policy decides.</summary>
    public Split? Pinned
    {
        get => _pinned;
        set => _pinned = value is { } wanted ? Palette.Nearest(wanted) : null;
    }

    /// <inheritdoc/>
    public override int Streams => 2;

    /// <inheritdoc/>
    public override int DecodeSequences => _batch.Count + _batch.JoiningCount;

    /// <inheritdoc/>
    public override double KvFreeShare => _kv.FreeShare;

    /// <inheritdoc/>
    public override double NextTimerS => _change.UpS;

    /// <inheritdoc/>
    public override void Complete(int stream, double nowS)
    {
        Steps++;
        if (stream == Prefill)
        {
            _decode.EndBeside(in _prefill, nowS);
            var fused = Fused;
            Report(fused ? Phase.Hybrid : Phase.Prefill, ref _prefill, in _decode, nowS);
            _prefillLatestS = nowS - _prefill.StartS;
            if (fused)
            {
                _decodeLatestS = _prefillLatestS;
                FinishDecode(_batch, nowS);
            }

            FinishPrefill(_step, nowS);
        }
        else
        {
            _prefill.EndBeside(in _decode, nowS);
            Report(Phase.Decode, ref _decode, in _prefill, nowS);
            _decodeLatestS = nowS - _decode.StartS;
            FinishDecode(_batch, nowS);
        }
    }

    /// <inheritdoc/>
    public override void Pump(double nowS)
    {
        if (Fused || _change.Down)
        {
            return;
        }

        if (!_decode.Running)
        {
            DropCancelled(_batch, nowS);
            if (DecodeSequences > 0)
            {
                LaunchDecode(nowS);
            }
        }

        if (!_prefill.Running && Queue.Count > 0)
        {
            LaunchPrefill(nowS);
        }

        if (_change.Draining && !_prefill.Running && !_decode.Running && DecodeSequences == 0)
        {
            _change.Stop(nowS);
        }
    }

    /// <inheritdoc/>
    public override void OnTimer(double nowS)
    {
        _change.Up();
        _step.BegunOnly = false;
    }

    /// <summary>Makes this scheduler equal to <paramref name="other"/>, which was built with the same options; observer, executor and policy stay.</summary>
    public void CopyFrom(SplitScheduler other)
    {
        CopyBaseFrom(other);
        _batch.CopyFrom(other._batch);
        _step.CopyFrom(other._step);
        _prefill = other._prefill;
        _decode = other._decode;
        _split = other._split;
        _splitSinceS = other._splitSinceS;
        _decodeLatestS = other._decodeLatestS;
        _prefillLatestS = other._prefillLatestS;
        _chunkTokens = other._chunkTokens;
        _demotionTokensPerS = other._demotionTokensPerS;
        _pinned = other._pinned;
        _change.CopyFrom(other._change);
    }

    // A hybrid step runs on prefill's stream and has both batches.
    private bool Fused => _prefill.Running && _prefill.Fused.Sequences > 0;

    private protected override KvBlocks PrefillKv(in RequestSlot request) => _kv;

    private protected override DecodeBatch BatchOf(in RequestSlot request) => _batch;

    private protected override void HandOver(int slot, double nowS) => _batch.Ready(slot);

    private void LaunchDecode(double nowS)
    {
        var decision = Decide(Phase.Decode, nowS);

        // Prefill is idle not only without prompts but also while the next one waits for KV blocks.
        var prefillIdle = !_prefill.Running && !_step.CanCompose(_kv, nowS, _demotionTokensPerS);
        if ((decision.HoldsDecode || decision.Fuses) && _prefill.Running)
        {
            return;
        }

        if (decision.Fuses && !prefillIdle)
        {
            LaunchFused(decision, nowS);
            return;
        }

        var units = prefillIdle ? Options.DeviceUnits : FreeUnits(Phase.Decode, decision.Split, in _prefill);
        if (units == 0 || !Form(_batch))
        {
            return;
        }

        Start(Decode, ref _decode, in _prefill, StepWork.Decode(_batch.Count, _batch.ContextTokens), default, units, decision, nowS);
    }

    private void LaunchFused(Decision decision, double nowS)
    {
        if (!Form(_batch))
        {
            return;
        }

        var decode = StepWork.Decode(_batch.Count, _batch.ContextTokens);
        _step.Clear();
        if (_batch.Count < Options.SequencesMax)
        {
            _step.Compose(_kv, nowS, _chunkTokens, Options.WholePrompts, Options.SequencesMax - _batch.Count, _demotionTokensPerS);
        }

        if (_step.Count == 0)
        {
            // The batch has taken the blocks that the next prompt would have needed.
            Start(Decode, ref _decode, in _prefill, decode, default, Options.DeviceUnits, decision, nowS);
            return;
        }

        MarkScheduled(_step, nowS);
        Executor.Compose(Prefill, _step.Parts);
        Start(Prefill, ref _prefill, in _decode, _step.Work, decode, Options.DeviceUnits, decision, nowS);
    }

    private void LaunchPrefill(double nowS)
    {
        var lent = DecodeSequences == 0 && !_decode.Running;
        Compose(lent, nowS);
        if (_step.Count == 0)
        {
            return;
        }

        var (chunkTokens, order, demotionTokensPerS) = (_chunkTokens, Queue.Order, _demotionTokensPerS);
        var decision = Decide(Phase.Prefill, nowS);
        if (_chunkTokens != chunkTokens || Queue.Order != order || !_demotionTokensPerS.Equals(demotionTokensPerS))
        {
            _step.Undo(_kv);
            Compose(lent, nowS);
        }

        var units = lent ? Options.DeviceUnits : decision.Fuses && _decode.Running ? 0 : FreeUnits(Phase.Prefill, decision.Split, in _decode);
        if (units == 0 || _step.Count == 0)
        {
            _step.Undo(_kv);
            return;
        }

        MarkScheduled(_step, nowS);
        Executor.Compose(Prefill, _step.Parts);
        Start(Prefill, ref _prefill, in _decode, _step.Work, default, units, decision, nowS);
    }

    private void Compose(bool lent, double nowS)
    {
        var chunkTokens = lent ? Math.Min(_chunkTokens, Options.LentChunkTokensMax) : _chunkTokens;
        _step.Compose(_kv, nowS, chunkTokens, Options.WholePrompts, Options.SequencesMax, _demotionTokensPerS);
    }

    private Decision Decide(Phase phase, double nowS)
    {
        var seen = Observe(phase, nowS);
        var decision = Policy.Decide(in seen);
        decision = decision with { Fuses = decision.Fuses && _pinned is null };
        if (phase == Phase.Prefill || decision.Fuses)
        {
            _chunkTokens = Math.Min(Options.ChunkTokensMax, decision.ChunkTokens > 0 ? decision.ChunkTokens : Options.ChunkTokens);
            Queue.Order = decision.Order;
            _demotionTokensPerS = decision.DemotionTokensPerS;
            _step.AdmitTokens = decision.AdmitTokens;
            _step.PairsMax = decision.ChunkPairs;
        }

        var asks = _pinned is not null || (!decision.Fuses && seen.DecodeNext.Sequences > 0 && (phase == Phase.Prefill || seen.PrefillRunning || seen.PrefillQueued > 0));
        var split = _change.InForce(_pinned ?? Palette.Nearest(decision.Split), asks, nowS);
        _step.BegunOnly = _change.Draining;
        decision = decision with { Split = split, Reason = _pinned is null ? decision.Reason : Reason.Pinned, HoldsDecode = decision.HoldsDecode && _pinned is null };
        Observer.OnDecision(in seen, in decision);
        return decision;
    }

    // Units on which the phase may start now: its part of the split, less what the other phase's running step still holds
    // beyond its own part. An overlapped split allows as much overlap as it names.
    private int FreeUnits(Phase phase, Split split, in RunningStep other)
    {
        var wanted = phase == Phase.Prefill ? split.PrefillUnits : split.DecodeUnits;
        if (!other.Running)
        {
            return wanted;
        }

        var left = Options.DeviceUnits - other.Units + split.OverlapUnits(Options.DeviceUnits);
        return left >= wanted ? wanted : Palette.AtMost(phase, Math.Max(0, left));
    }

    private void Start(int stream, ref RunningStep step, in RunningStep other, StepWork work, StepWork fused, int units, Decision decision, double nowS)
    {
        // A decision comes into force with the step that it launches; one that found no free units has changed nothing.
        if (decision.Split != _split)
        {
            _split = decision.Split;
            _splitSinceS = nowS;
            Switches++;
        }

        step = new RunningStep { Running = true, StartS = nowS, Units = units, Work = work, Fused = fused, Reason = decision.Reason, Split = _split };
        if (other.Running)
        {
            step.MeetBeside(in other);
            (stream == Prefill ? ref _decode : ref _prefill).MeetBeside(in step);
        }

        var phase = stream == Decode ? Phase.Decode : fused.Sequences > 0 ? Phase.Hybrid : Phase.Prefill;
        Executor.Launch(new StepLaunch(stream, phase, work, fused, units), nowS);
    }

    private void Report(Phase phase, ref RunningStep step, in RunningStep other, double nowS)
    {
        if (other.Running)
        {
            step.BesideS += nowS - Math.Max(step.StartS, other.StartS);
        }

        step.Running = false;
        var sample = step.ToSample(Steps, phase, nowS, Options.DeviceUnits, _kv.FreeShare);
        Observer.OnStep(in sample);
    }
}
