using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Engine.Kv;

namespace RapidTuner.Engine.Scheduling;

/// <summary>
/// Prefill and decode on devices of their own (Splitwise, DistServe): one joint prefill queue, each free prefill device takes
/// the next step; a finished prompt's KV goes over the device's link, overlapped with its prefill layer by layer, to the decode
/// device that holds the least KV and has room. A prompt whose KV waits for room keeps its blocks on the prefill device.
/// Prompts are computed whole, as these systems do: a piece's KV would tie the rest of its prompt to one device of the pool.
/// </summary>
public sealed class DisaggregatedScheduler : EngineScheduler
{
    private readonly PrefillDevice[] _prefill;
    private readonly DecodeDevice[] _decode;
    private readonly Queue<int> _awaitingRoom = new();
    private readonly SlotHeap _transfers = new();
    private long _transferSeq;

    /// <summary>Builds the scheduler; nothing runs until <see cref="EngineScheduler.Pump"/>.</summary>
    public DisaggregatedScheduler(EngineOptions options, IPhaseExecutor executor, IEngineObserver observer)
        : base(options, executor, observer)
    {
        _prefill = [.. Enumerable.Range(0, options.PrefillDevices).Select(_ => new PrefillDevice(Blocks(options), new PrefillStep(Table, Queue)))];
        _decode = [.. Enumerable.Range(0, options.DecodeDevices).Select(n => new DecodeDevice(new DecodeBatch(n, Table, Blocks(options), options.BlockTokens)))];
    }

    /// <inheritdoc/>
    public override int Streams => _prefill.Length + _decode.Length;

    /// <inheritdoc/>
    public override int DecodeSequences
    {
        get
        {
            var sequences = 0;
            foreach (ref readonly var device in _decode.AsSpan())
            {
                sequences += device.Batch.Count + device.Batch.JoiningCount;
            }

            return sequences;
        }
    }

    /// <inheritdoc/>
    public override double KvFreeShare
    {
        get
        {
            var least = 1.0;
            foreach (ref readonly var device in _decode.AsSpan())
            {
                least = Math.Min(least, device.Batch.Kv.FreeShare);
            }

            return least;
        }
    }

    /// <inheritdoc/>
    public override double NextTimerS => _transfers.Count == 0 ? double.PositiveInfinity : _transfers.TopKey;

    /// <inheritdoc/>
    public override void OnTimer(double nowS)
    {
        while (_transfers.Count > 0 && _transfers.TopKey <= nowS)
        {
            var slot = _transfers.Pop();
            if (Table[slot].CancelRequested)
            {
                var batch = _decode[Table[slot].Batch].Batch;
                batch.Kv.Give(batch.Kv.For(Table[slot].TargetTokens));
                End(slot, nowS, Outcome.Cancelled);
            }
            else
            {
                _decode[Table[slot].Batch].Batch.Ready(slot);
            }
        }
    }

    /// <inheritdoc/>
    public override void Complete(int stream, double nowS)
    {
        Steps++;
        if (stream < _prefill.Length)
        {
            ref var device = ref _prefill[stream];
            Report(Phase.Prefill, in device.Running, device.Kv, nowS);
            device.Running.Running = false;
            device.Link.StepEnded(device.Running.StartS);
            foreach (var part in device.Step.Parts)
            {
                Table[part.Slot].Batch = stream;
            }

            FinishPrefill(device.Step, nowS);
        }
        else
        {
            ref var device = ref _decode[stream - _prefill.Length];
            Report(Phase.Decode, in device.Running, device.Batch.Kv, nowS);
            device.Running.Running = false;
            FinishDecode(device.Batch, nowS);
        }
    }

    /// <inheritdoc/>
    public override void Pump(double nowS)
    {
        for (var i = 0; i < _decode.Length; i++)
        {
            if (!_decode[i].Running.Running)
            {
                LaunchDecode(i, nowS);
            }
        }

        if (CancelsPending)
        {
            DropCancelledAwaiting(nowS);
        }

        while (_awaitingRoom.TryPeek(out var slot))
        {
            ref var link = ref _prefill[Table[slot].Batch].Link;
            if (!TryTakeRoom(slot))
            {
                break;
            }

            _awaitingRoom.Dequeue();
            _transfers.Push(slot, link.Send(SendS(slot), nowS), _transferSeq++);
        }

        for (var i = 0; i < _prefill.Length && Queue.Count > 0; i++)
        {
            if (!_prefill[i].Running.Running)
            {
                LaunchPrefill(i, nowS);
            }
        }
    }

    private protected override KvBlocks PrefillKv(in RequestSlot request) => _prefill[request.Batch].Kv;

    private protected override DecodeBatch BatchOf(in RequestSlot request) => _decode[request.Batch].Batch;

    private protected override void HandOver(int slot, double nowS)
    {
        Table[slot].State = RequestState.InTransfer;
        ref var link = ref _prefill[Table[slot].Batch].Link;
        if (_awaitingRoom.Count == 0 && TryTakeRoom(slot))
        {
            _transfers.Push(slot, link.SendOverlapped(SendS(slot), Options.Layers, nowS), _transferSeq++);
        }
        else
        {
            _awaitingRoom.Enqueue(slot);
        }
    }

    private static KvBlocks Blocks(EngineOptions options) => new(options.KvBlocks, options.BlockTokens, options.KvWatermarkShare);

    // Moves a prompt's blocks from its prefill device to the decode device that holds least and has room.
    private bool TryTakeRoom(int slot)
    {
        ref var request = ref Table[slot];
        var blocks = _decode[0].Batch.Kv.For(request.TargetTokens);
        var target = LeastLoaded(blocks);
        if (target < 0)
        {
            return false;
        }

        GivePrefillBlocks(ref request);
        _decode[target].Batch.Kv.Take(blocks);
        request.Batch = target;
        return true;
    }

    private double SendS(int slot) => Table[slot].TargetTokens * Options.KvBytesPerToken / Options.LinkBytesPerS;

    // Load is KV held, so that sequences on their way count too.
    private int LeastLoaded(int blocks)
    {
        var best = -1;
        for (var i = 0; i < _decode.Length; i++)
        {
            var kv = _decode[i].Batch.Kv;
            if (kv.Admits(blocks) && (best < 0 || kv.Free > _decode[best].Batch.Kv.Free))
            {
                best = i;
            }
        }

        return best;
    }

    private void DropCancelledAwaiting(double nowS)
    {
        for (var left = _awaitingRoom.Count; left > 0; left--)
        {
            var slot = _awaitingRoom.Dequeue();
            ref var request = ref Table[slot];
            if (request.CancelRequested)
            {
                GivePrefillBlocks(ref request);
                End(slot, nowS, Outcome.Cancelled);
            }
            else
            {
                _awaitingRoom.Enqueue(slot);
            }
        }
    }

    private void LaunchDecode(int index, double nowS)
    {
        ref var device = ref _decode[index];
        DropCancelled(device.Batch, nowS);
        if (Form(device.Batch))
        {
            Start(_prefill.Length + index, ref device.Running, Phase.Decode, StepWork.Decode(device.Batch.Count, device.Batch.ContextTokens), nowS);
        }
    }

    private void LaunchPrefill(int index, double nowS)
    {
        ref var device = ref _prefill[index];
        device.Step.Compose(device.Kv, nowS, Options.ChunkTokens, wholePrompts: true, Options.SequencesMax, demotionTokensPerS: 0);
        if (device.Step.Count == 0)
        {
            return;
        }

        MarkScheduled(device.Step, nowS);
        Executor.Compose(index, device.Step.Parts);
        Start(index, ref device.Running, Phase.Prefill, device.Step.Work, nowS);
    }

    private void Start(int stream, ref RunningStep step, Phase phase, StepWork work, double nowS)
    {
        step = new RunningStep { Running = true, StartS = nowS, Units = Options.DeviceUnits, Work = work };
        Executor.Launch(new StepLaunch(stream, phase, work, default, Options.DeviceUnits), nowS);
    }

    private void Report(Phase phase, in RunningStep step, KvBlocks kv, double nowS)
    {
        var sample = new StepSample
        {
            Seq = Steps,
            Phase = phase,
            StartS = step.StartS,
            EndS = nowS,
            Units = step.Units,
            DeviceUnits = Options.DeviceUnits,
            Split = new Split(Options.DeviceUnits, Options.DeviceUnits),
            Work = step.Work,
            KvFreeShare = kv.FreeShare,
            Reason = Reason.Fixed,
        };
        Observer.OnStep(in sample);
    }

    private struct PrefillDevice(KvBlocks kv, PrefillStep step)
    {
        public readonly KvBlocks Kv = kv;
        public readonly PrefillStep Step = step;
        public RunningStep Running;
        public TransferLink Link;
    }

    private struct DecodeDevice(DecodeBatch batch)
    {
        public readonly DecodeBatch Batch = batch;
        public RunningStep Running;
    }
}
