using RapidTuner.Core;
using RapidTuner.Engine.Kv;

namespace RapidTuner.Engine.Scheduling;

/// <summary>The prompts, or pieces of them, that one prefill step computes.</summary>
internal sealed class PrefillStep(RequestTable table, PrefillQueue queue)
{
    private PrefillPart[] _parts = new PrefillPart[32];

    public int Count { get; private set; }

    public StepWork Work { get; private set; }

    /// <summary>See <see cref="Core.Control.Decision.AdmitTokens"/>.</summary>
    public double AdmitTokens { get; set; }

    /// <summary>True: only what has begun goes on, preempted sequences included.</summary>
    public bool BegunOnly { get; set; }

    /// <summary>See <see cref="Core.Control.Decision.ChunkPairs"/>.</summary>
    public double PairsMax { get; set; }

    /// <summary>Sequences whose prompt the step completes.</summary>
    public int Completes => Work.LogitRows;

    public ReadOnlySpan<PrefillPart> Parts => _parts.AsSpan(0, Count);

    /// <summary>The part, if any, whose prompt the step does not finish: only the last can be.</summary>
    public ReadOnlySpan<PrefillPart> Cut => Completes < Count ? _parts.AsSpan(Count - 1, 1) : [];

    /// <summary>
    /// Fills the step from the queue, in order, up to <paramref name="chunkTokens"/> new tokens and as far as KV blocks go. A
    /// prompt's blocks are taken whole when its first piece is admitted, so that what was started can always be finished: where
    /// the head finds no blocks, prompts that hold theirs go on. No other prompt overtakes a head that waits for blocks.
    /// </summary>
    public void Compose(KvBlocks kv, double nowS, int chunkTokens, bool wholePrompts, int sequencesMax, double demotionTokensPerS)
    {
        Count = 0;
        Work = default;
        while (Work.NewTokens < chunkTokens && Count < sequencesMax)
        {
            var slot = Head(kv, nowS, demotionTokensPerS);
            if (slot < 0)
            {
                return;
            }

            if (!CanGoOn(kv, in table[slot]))
            {
                slot = queue.Started;
                if (slot < 0)
                {
                    return;
                }
            }

            ref var request = ref table[slot];
            var room = chunkTokens - Work.NewTokens;
            if (Count > 0 && PairsMax > 0)
            {
                room = Math.Min(room, Fitting(PairsMax - Work.AttentionPairs, request.ComputedTokens));
            }

            if (room < 1 || (wholePrompts && Count > 0 && request.RemainingTokens > room))
            {
                return;
            }

            Admit(kv, ref request);
            queue.Remove(slot);
            Add(slot, ref request, wholePrompts ? request.RemainingTokens : Math.Min(room, request.RemainingTokens));
        }
    }

    /// <summary>True when a step composed now would have something to compute.</summary>
    public bool CanCompose(KvBlocks kv, double nowS, double demotionTokensPerS)
    {
        var slot = Head(kv, nowS, demotionTokensPerS);
        return slot >= 0 && (queue.Started >= 0 || CanGoOn(kv, in table[slot]));
    }

    /// <summary>Puts everything back into the queue, as it was.</summary>
    public void Undo(KvBlocks kv)
    {
        foreach (var part in Parts)
        {
            ref var request = ref table[part.Slot];
            if (request.ComputedTokens == request.StartTokens)
            {
                kv.Give(request.Blocks);
                request.Blocks = 0;
            }

            queue.Push(part.Slot);
        }

        Count = 0;
        Work = default;
    }

    public void Clear()
    {
        Count = 0;
        Work = default;
    }

    public void CopyFrom(PrefillStep other)
    {
        if (_parts.Length < other.Count)
        {
            _parts = new PrefillPart[other._parts.Length];
        }

        Array.Copy(other._parts, _parts, other.Count);
        Count = other.Count;
        Work = other.Work;
        AdmitTokens = other.AdmitTokens;
        BegunOnly = other.BegunOnly;
        PairsMax = other.PairsMax;
    }

    // The next in order; prompts too long for what is left of the cache are set aside first.
    private int Head(KvBlocks kv, double nowS, double demotionTokensPerS)
    {
        if (BegunOnly)
        {
            // Preempted sequences lead the queue.
            var first = queue.Started >= 0 ? queue.Started : queue.Peek(nowS, demotionTokensPerS);
            return first >= 0 && (table[first].Blocks > 0 || table[first].Preemptions > 0) ? first : -1;
        }

        var slot = queue.Peek(nowS, demotionTokensPerS);
        while (slot >= 0 && TooBig(kv, in table[slot]) && queue.TryDemote(slot))
        {
            slot = queue.Peek(nowS, demotionTokensPerS);
        }

        return slot;
    }

    // New tokens n with n·c + n(n+1)/2 pairs or fewer.
    private static int Fitting(double pairs, long contextTokens)
    {
        var half = contextTokens + 0.5;
        return pairs > 0 ? (int)Math.Min(int.MaxValue, Math.Sqrt((half * half) + (2 * pairs)) - half) : 0;
    }

    private bool CanGoOn(KvBlocks kv, in RequestSlot request) => request.Blocks > 0 || (kv.Admits(kv.For(request.TargetTokens)) && !TooBig(kv, in request));

    private bool TooBig(KvBlocks kv, in RequestSlot request) =>
        AdmitTokens > 0 && request.Blocks == 0 && request.Preemptions == 0 && (double)request.TargetTokens * (kv.Total - kv.Free) > AdmitTokens * kv.Free;

    private static void Admit(KvBlocks kv, ref RequestSlot request)
    {
        if (request.Blocks == 0)
        {
            request.Blocks = kv.For(request.TargetTokens);
            kv.Take(request.Blocks);
        }
    }

    private void Add(int slot, ref RequestSlot request, int tokens)
    {
        if (Count == _parts.Length)
        {
            Array.Resize(ref _parts, 2 * Count);
        }

        request.State = RequestState.Prefilling;
        _parts[Count++] = new PrefillPart(slot, request.ComputedTokens, tokens);
        Work = Work.With(tokens, request.ComputedTokens, tokens == request.RemainingTokens);
    }
}
