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
public sealed class SplitScheduler : EngineScheduler
{
    private const int Prefill = 0;
    private const int Decode = 1;

    private readonly KvBlocks _kv;
    private readonly DecodeBatch _batch;
    private readonly PrefillStep _step;
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
        _split = new Split(options.DeviceUnits, options.DeviceUnits);
        _chunkTokens = options.ChunkTokens;
    }

    /// <summary>The policy that is asked at every step boundary.</summary>
    public IPolicy Policy { get; set; }

    /// <summary>The unit counts for which streams are held.</summary>
    public Palette Palette { get; }

    /// <summary>The split in force.</summary>
    public Split Split => _split;

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
        if (Fused)
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
    }

    /// <summary>What a policy would see now, about to launch <paramref name="phase"/>.</summary>
    public Observation Observe(Phase phase, double nowS)
    {
        var next = PeekPrefill(nowS, out var headSlackS);
        var (queued, queuedTokens, oldestS) = Waiting();
        return new Observation
        {
            NowS = nowS,
            Launching = phase,
            DeviceUnits = Options.DeviceUnits,
            Split = _split,
            SplitSinceS = _splitSinceS,
            ItlLimitS = Options.ItlLimitS,
            PrefillQueued = queued,
            PrefillQueuedTokens = queuedTokens,
            PrefillOldestArrivalS = oldestS,
            PrefillNext = next,
            PrefillHeadSlackS = headSlackS,
            PrefillRunning = _prefill.Running,
            PrefillWork = _prefill.Running ? _prefill.Work : default,
            PrefillUnits = _prefill.Running ? _prefill.Units : 0,
            PrefillStartedS = _prefill.StartS,
            PrefillCompletes = _prefill.Running ? _step.Completes : 0,
            DecodeNext = StepWork.Decode(DecodeSequences, _batch.ContextTokens + _batch.JoiningContextTokens),
            DecodeJoining = _batch.JoiningCount,
            DecodeJoiningSinceS = _batch.JoiningSinceS,
            DecodeLastTokenS = _batch.LastTokenS,
            DecodeRunning = _decode.Running,
            DecodeUnits = _decode.Running ? _decode.Units : 0,
            DecodeStartedS = _decode.StartS,
            DecodeLatestStepS = _decodeLatestS,
            PrefillLatestStepS = _prefillLatestS,
            KvFreeShare = _kv.FreeShare,
        };
    }

    /// <summary>Fills <paramref name="into"/> with every request in flight, in no order that means anything.</summary>
    public void InFlightTo(List<InFlightRequest> into)
    {
        into.Clear();
        for (var slot = 0; slot < Table.Used; slot++)
        {
            ref var request = ref Table[slot];
            if (request.State != RequestState.Free)
            {
                var late = request.State == RequestState.Decoding ? _batch.LateGapsOf(slot) : request.LateGaps;
                into.Add(new InFlightRequest(request.Id, request.ArrivalS, request.TtftLimitS, request.FirstTokenS, request.RemainingTokens, late));
            }
        }
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
        }

        decision = decision with { Split = _pinned ?? Palette.Nearest(decision.Split), Reason = _pinned is null ? decision.Reason : Reason.Pinned, HoldsDecode = decision.HoldsDecode && _pinned is null };
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

    // All that wait: besides the queue, the prompts of a step about to be launched, or the one that the running step does not finish.
    private (int Count, long Tokens, double OldestArrivalS) Waiting()
    {
        var (count, tokens, oldestS) = (Queue.Count, Queue.Tokens, Queue.OldestArrivalS);
        foreach (var part in _prefill.Running ? _step.Cut : _step.Parts)
        {
            ref var request = ref Table[part.Slot];
            count++;
            tokens += request.RemainingTokens - (_prefill.Running ? part.Tokens : 0);
            oldestS = request.ArrivalS >= oldestS ? oldestS : request.ArrivalS;
        }

        return (count, tokens, oldestS);
    }

    // The next prefill step. Exact where it is about to be launched; while one runs, the first piece of the one that follows.
    private StepWork PeekPrefill(double nowS, out double headSlackS)
    {
        var taken = _prefill.Running ? _step.Cut : _step.Parts;
        var head = taken.Length > 0 ? taken[0].Slot : Queue.Peek(nowS, _demotionTokensPerS);
        headSlackS = double.PositiveInfinity;
        if (head < 0)
        {
            return default;
        }

        ref var request = ref Table[head];
        if (double.IsNaN(request.FirstTokenS))
        {
            headSlackS = request.ArrivalS + request.TtftLimitS - nowS;
        }

        if (!_prefill.Running && taken.Length > 0)
        {
            return _step.Work;
        }

        if (!_prefill.Running && _step.CanCompose(_kv, nowS, _demotionTokensPerS))
        {
            Compose(lent: false, nowS);
            var work = _step.Work;
            _step.Undo(_kv);
            return work;
        }

        var computed = request.ComputedTokens + (taken.Length > 0 ? taken[0].Tokens : 0);
        var remaining = request.TargetTokens - computed;
        var tokens = Options.WholePrompts ? remaining : Math.Min(_chunkTokens, remaining);
        return default(StepWork).With(tokens, computed, tokens == remaining);
    }
}
