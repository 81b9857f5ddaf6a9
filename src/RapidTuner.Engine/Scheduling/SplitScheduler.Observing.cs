using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Engine.Scheduling;

/// <content>What is seen of the scheduler from outside.</content>
public sealed partial class SplitScheduler
{
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
