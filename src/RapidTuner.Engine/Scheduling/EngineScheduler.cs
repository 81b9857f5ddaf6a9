using RapidTuner.Core.Samples;
using RapidTuner.Engine.Kv;

namespace RapidTuner.Engine.Scheduling;

/// <summary>
/// The scheduler, the same for every backend that runs in process. It keeps no clock and starts no thread: whoever drives it
/// tells it what happened and when (<see cref="Submit"/>, <see cref="Complete"/>, <see cref="OnTimer"/>) and then lets it launch what can be
/// launched (<see cref="Pump"/>). Streams: split mode has 0 for prefill and 1 for decode; hybrid has 0 for both; disaggregated has one
/// a prefill device, then one a decode device.
/// </summary>
public abstract class EngineScheduler
{
    private int _cancelsPending;

    private protected EngineScheduler(EngineOptions options, IPhaseExecutor executor, IEngineObserver observer)
    {
        options.Check();
        Options = options;
        Executor = executor;
        Observer = observer;
        Table = new RequestTable();
        Queue = new PrefillQueue(Table, options.AgeingTokensPerS) { Order = options.Order };
    }

    /// <summary>What the engine was built with.</summary>
    public EngineOptions Options { get; }

    /// <summary>Receives every token when set; costs a walk over the batch at each step.</summary>
    public ITokenSink? Tokens { get; set; }

    /// <summary>Requests submitted so far.</summary>
    public long Submitted { get; private set; }

    /// <summary>Requests in flight: submitted and not ended.</summary>
    public int InFlight => Table.Count;

    /// <summary>Requests waiting for prefill and not in a running step.</summary>
    public int Queued => Queue.Count;

    /// <summary>Prompt tokens waiting for prefill.</summary>
    public long QueuedTokens => Queue.Tokens;

    /// <summary>Splits that took effect.</summary>
    public long Switches { get; private protected set; }

    /// <summary>Steps finished.</summary>
    public long Steps { get; private protected set; }

    /// <summary>Preemptions by recompute.</summary>
    public long Preemptions { get; private protected set; }

    /// <summary>Streams of this mode.</summary>
    public abstract int Streams { get; }

    /// <summary>Sequences in decode, those ready to join included.</summary>
    public abstract int DecodeSequences { get; }

    /// <summary>Free KV blocks / all KV blocks, of the device that has least.</summary>
    public abstract double KvFreeShare { get; }

    /// <summary>Time of the next event that is neither an arrival nor the end of a step (a transfer's end), seconds; +∞ when none is due.</summary>
    public virtual double NextTimerS => double.PositiveInfinity;

    /// <summary>True while a request that asked to be cancelled is still in flight.</summary>
    private protected bool CancelsPending => _cancelsPending > 0;

    private protected IPhaseExecutor Executor { get; }

    private protected IEngineObserver Observer { get; }

    private protected RequestTable Table { get; }

    private protected PrefillQueue Queue { get; }

    /// <summary>
    /// Takes a request. One longer than the context or the whole KV cache, or one that finds the queue full, is refused; the
    /// observer hears of it. Nothing is launched before the next <see cref="Pump"/>.
    /// </summary>
    public RequestHandle Submit(in EngineRequest arrived, double nowS)
    {
        var id = Submitted++;
        Observer.OnArrival(nowS, arrived.PromptTokens, arrived.CachedTokens);
        var tokensMax = arrived.PromptTokens + (long)Math.Max(1, arrived.OutputTokensMax);
        if (tokensMax > Options.ContextTokens || tokensMax > (long)Options.KvBlocks * Options.BlockTokens)
        {
            Refuse(id, in arrived, nowS, Outcome.RejectedSize);
            return new RequestHandle(-1, id);
        }

        if (Queue.Count >= Options.QueueMax)
        {
            Refuse(id, in arrived, nowS, Outcome.RejectedLoad);
            return new RequestHandle(-1, id);
        }

        var slot = Table.Take();
        Table[slot] = RequestSlot.Of(id, in arrived);
        Table[slot].Restart();
        Queue.Push(slot);
        Observer.OnTaken(nowS, id, arrived.PromptTokens, arrived.CachedTokens, arrived.TtftLimitS);
        return new RequestHandle(slot, id);
    }

    /// <summary>Cancels a request; one that is in a running step leaves at its end. False when it has ended already.</summary>
    public bool Cancel(RequestHandle handle, double nowS)
    {
        if (handle.Refused || handle.Slot >= Table.Used || Table[handle.Slot].State == RequestState.Free || Table[handle.Slot].Id != handle.Id)
        {
            return false;
        }

        ref var request = ref Table[handle.Slot];
        if (request.State == RequestState.Queued)
        {
            Queue.Remove(handle.Slot);
            GivePrefillBlocks(ref request);
            End(handle.Slot, nowS, Outcome.Cancelled);
            return true;
        }

        _cancelsPending += request.CancelRequested ? 0 : 1;
        request.CancelRequested = true;
        return true;
    }

    /// <summary>The step of <paramref name="stream"/> ended at <paramref name="nowS"/>.</summary>
    public abstract void Complete(int stream, double nowS);

    /// <summary>A timer that was due at <see cref="NextTimerS"/> fires.</summary>
    public virtual void OnTimer(double nowS)
    {
    }

    /// <summary>Launches every step that can be launched at <paramref name="nowS"/>.</summary>
    public abstract void Pump(double nowS);

    /// <summary>
    /// Reports everything that is still in flight as unfinished: the end of a run that does not drain, after which this
    /// scheduler is of no more use.
    /// </summary>
    public void Abandon(double nowS)
    {
        for (var slot = 0; slot < Table.Used; slot++)
        {
            ref var request = ref Table[slot];
            if (request.State == RequestState.Decoding)
            {
                BatchOf(in request).Settle(ref request);
            }

            if (request.State != RequestState.Free)
            {
                End(slot, nowS, Outcome.Unfinished);
            }
        }
    }

    /// <summary>The KV cache in which the prompt of a queued request holds its blocks.</summary>
    private protected abstract KvBlocks PrefillKv(in RequestSlot request);

    /// <summary>The decode batch that a request belongs to.</summary>
    private protected abstract DecodeBatch BatchOf(in RequestSlot request);

    /// <summary>A prompt is done and its sequence has a token: on to decode.</summary>
    private protected abstract void HandOver(int slot, double nowS);

    /// <summary>Books the end of a prefill step: progress, first tokens, ends.</summary>
    private protected void FinishPrefill(PrefillStep step, double nowS)
    {
        foreach (var part in step.Parts)
        {
            ref var request = ref Table[part.Slot];
            request.ComputedTokens += part.Tokens;
            if (request.CancelRequested)
            {
                GivePrefillBlocks(ref request);
                End(part.Slot, nowS, Outcome.Cancelled);
            }
            else if (request.RemainingTokens > 0)
            {
                Queue.Push(part.Slot);
            }
            else
            {
                FirstToken(part.Slot, ref request, nowS);
            }
        }

        step.Clear();
    }

    /// <summary>Notes when each prompt of a step about to run was first scheduled.</summary>
    private protected void MarkScheduled(PrefillStep step, double nowS)
    {
        foreach (var part in step.Parts)
        {
            ref var request = ref Table[part.Slot];
            if (double.IsNaN(request.FirstScheduledS))
            {
                request.FirstScheduledS = nowS;
            }
        }
    }

    /// <summary>
    /// Books the end of a decode step of <paramref name="batch"/>: gaps and late counts, tokens, ends, cancellations.
    /// </summary>
    private protected void FinishDecode(DecodeBatch batch, double nowS)
    {
        var continuing = batch.Count - batch.FreshCount;
        if (continuing > 0)
        {
            var gapS = nowS - batch.LastTokenS;
            Observer.OnGaps(nowS, gapS, continuing);
            if (gapS > Options.ItlLimitS)
            {
                batch.CountLate();
            }
        }

        foreach (var slot in batch.Fresh)
        {
            ref var member = ref Table[slot];
            member.JoinedAtLate = batch.LateSteps;
            SingleGap(ref member, nowS);
        }

        batch.Stepped(nowS);
        if (Tokens is not null)
        {
            batch.ReportTokens(Tokens, nowS);
        }

        while (Executor.TakeEnded(batch.Number, batch.Steps, out var ended))
        {
            batch.Leave(ended);
            End(ended, nowS, Outcome.Finished);
        }
    }

    /// <summary>Removes members whose clients left; asked for at step boundaries, only when someone cancelled.</summary>
    private protected void DropCancelled(DecodeBatch batch, double nowS)
    {
        if (!CancelsPending)
        {
            return;
        }

        for (var slot = batch.First; slot >= 0;)
        {
            var next = Table[slot].Next;
            if (Table[slot].CancelRequested)
            {
                Executor.Left(batch.Number, slot);
                batch.Leave(slot);
                End(slot, nowS, Outcome.Cancelled);
            }

            slot = next;
        }

        for (var i = batch.JoiningCount - 1; i >= 0; i--)
        {
            var slot = batch.Joining[i];
            if (Table[slot].CancelRequested)
            {
                batch.Unready(slot);
                batch.Kv.Give(batch.Kv.For(batch.ContextOf(in Table[slot])));
                End(slot, nowS, Outcome.Cancelled);
            }
        }
    }

    /// <summary>
    /// Forms the batch of the next decode step and takes the blocks that the step needs; false when there is nothing to run.
    /// Should all members have to give way to sequences that waited beside a full batch, these come next.
    /// </summary>
    private protected bool Form(DecodeBatch batch)
    {
        do
        {
            batch.Admit(Executor, Options.SequencesMax);
            MakeRoom(batch);
        }
        while (batch.Count == 0 && batch.JoiningCount > 0);
        if (batch.Count == 0)
        {
            return false;
        }

        batch.TakeBlocks();
        return true;
    }

    private protected void CopyBaseFrom(EngineScheduler other)
    {
        Table.CopyFrom(other.Table);
        Queue.CopyFrom(other.Queue);
        Submitted = other.Submitted;
        Switches = other.Switches;
        Steps = other.Steps;
        Preemptions = other.Preemptions;
        _cancelsPending = other._cancelsPending;
    }

    /// <summary>A request's life ends here; its slot is free afterwards.</summary>
    private protected void End(int slot, double nowS, Outcome outcome)
    {
        ref var request = ref Table[slot];
        _cancelsPending -= request.CancelRequested ? 1 : 0;
        var sample = request.ToSample(nowS, outcome);
        Table.Give(slot);
        Observer.OnRequest(in sample);
    }

    // Makes room for the blocks that the next step needs, by giving up the KV of the latest to join; they are computed again.
    private void MakeRoom(DecodeBatch batch)
    {
        while (batch.Count > 0 && batch.BlocksDue() > batch.Kv.Free)
        {
            var slot = batch.Last;
            Executor.Left(batch.Number, slot);
            if (batch.IsFresh(slot))
            {
                batch.LeaveFresh(slot);
            }
            else
            {
                batch.Leave(slot);
            }

            ref var request = ref Table[slot];
            request.Preemptions++;
            Preemptions++;
            request.Restart();
            if (batch.Kv.For(request.TargetTokens) > batch.Kv.Total)
            {
                throw new InvalidOperationException($"request {request.Id} grew to {request.TargetTokens} tokens, more than the whole KV cache: its executor must end it before");
            }

            Queue.Push(slot);
        }
    }

    private void FirstToken(int slot, ref RequestSlot request, double nowS)
    {
        request.Generated++;
        if (double.IsNaN(request.FirstTokenS))
        {
            request.FirstTokenS = nowS;
            request.LastTokenS = nowS;
            Observer.OnFirstToken(nowS, request.Id, request.ArrivalS);
        }
        else
        {
            SingleGap(ref request, nowS);
        }

        Tokens?.OnToken(new RequestHandle(slot, request.Id), request.Generated, nowS);
        if (Executor.EndsWithToken(slot, request.Generated))
        {
            GivePrefillBlocks(ref request);
            End(slot, nowS, Outcome.Finished);
            return;
        }

        HandOver(slot, nowS);
    }

    private void SingleGap(ref RequestSlot request, double nowS)
    {
        var gapS = nowS - request.LastTokenS;
        request.LastTokenS = nowS;
        request.SingleGapMaxS = Math.Max(request.SingleGapMaxS, gapS);
        if (gapS > Options.ItlLimitS)
        {
            request.LateGaps++;
        }

        Observer.OnGaps(nowS, gapS, 1);
    }

    private protected void GivePrefillBlocks(ref RequestSlot request)
    {
        // A request without blocks may name a decode device still: it has been preempted there.
        if (request.Blocks > 0)
        {
            PrefillKv(in request).Give(request.Blocks);
            request.Blocks = 0;
        }
    }

    private void Refuse(long id, in EngineRequest arrived, double nowS, Outcome outcome)
    {
        var sample = RequestSlot.Of(id, in arrived).ToSample(nowS, outcome);
        Observer.OnRequest(in sample);
    }
}
