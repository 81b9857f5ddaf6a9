using RapidTuner.Core;
using RapidTuner.Engine.Kv;

namespace RapidTuner.Engine.Scheduling;

/// <summary>The prompts, or pieces of them, that one prefill step computes.</summary>
internal sealed class PrefillStep(RequestTable table, PrefillQueue queue)
{
    private PrefillPart[] _parts = new PrefillPart[32];

    public int Count { get; private set; }

    public StepWork Work { get; private set; }

    /// <summary>Sequences whose prompt the step completes.</summary>
    public int Completes => Work.LogitRows;

    public ReadOnlySpan<PrefillPart> Parts => _parts.AsSpan(0, Count);

    /// <summary>
    /// Fills the step from the queue, in order, up to <paramref name="chunkTokens"/> new tokens and as far as KV blocks go. A
    /// prompt's blocks are taken whole when its first piece is admitted, so that what was started can always be finished.
    /// </summary>
    public void Compose(KvBlocks kv, double nowS, int chunkTokens, bool wholePrompts, int sequencesMax, double demotionTokensPerS)
    {
        Count = 0;
        Work = default;
        while (Work.NewTokens < chunkTokens && Count < sequencesMax)
        {
            var slot = queue.Peek(nowS, demotionTokensPerS);
            if (slot < 0)
            {
                return;
            }

            ref var request = ref table[slot];
            var room = chunkTokens - Work.NewTokens;
            if (wholePrompts && Count > 0 && request.RemainingTokens > room)
            {
                return;
            }

            if (request.Blocks == 0 && !TryAdmit(kv, ref request))
            {
                return;
            }

            queue.Remove(slot);
            Add(slot, ref request, wholePrompts ? request.RemainingTokens : Math.Min(room, request.RemainingTokens));
        }
    }

    /// <summary>Puts everything back into the queue, as it was.</summary>
    public void Undo(KvBlocks kv)
    {
        foreach (var part in Parts)
        {
            ref var request = ref table[part.Slot];
            if (request.ComputedTokens == StartOf(in request))
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
    }

    /// <summary>Tokens that a request finds in the prefix cache when its prefill starts: all but at least one (DESIGN §4).</summary>
    public static int StartOf(in RequestSlot request) => Math.Min(request.CachedTokens, request.PromptTokens - 1);

    private static bool TryAdmit(KvBlocks kv, ref RequestSlot request)
    {
        var blocks = kv.For(request.TargetTokens);
        if (!kv.Admits(blocks))
        {
            return false;
        }

        kv.Take(blocks);
        request.Blocks = blocks;
        return true;
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
