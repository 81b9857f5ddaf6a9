using RapidTuner.Engine.Kv;

namespace RapidTuner.Engine.Scheduling;

/// <summary>
/// The running sequences of one decode device. A step costs O(1) whatever the batch: all members that were in the latest
/// step share the time of their latest token, so one counter of late steps serves them all (a member remembers its value
/// when it joined), and members whose context fills a block at the same step share one of <c>blockTokens</c> counters.
/// </summary>
internal sealed class DecodeBatch
{
    private readonly RequestTable _table;
    private readonly int _blockTokens;

    // Members whose next block is due at a step number ≡ index (mod block tokens).
    private readonly int[] _blockDue;
    private int[] _joining = new int[64];
    private int[] _fresh = new int[64];
    private int _first = -1;
    private int _last = -1;

    public DecodeBatch(int number, RequestTable table, KvBlocks kv, int blockTokens)
    {
        Number = number;
        Kv = kv;
        _table = table;
        _blockTokens = blockTokens;
        _blockDue = new int[blockTokens];
    }

    public int Number { get; }

    public KvBlocks Kv { get; }

    /// <summary>Members: those whose tokens the next or running step computes.</summary>
    public int Count { get; private set; }

    /// <summary>Tokens in the KV cache over all members.</summary>
    public long ContextTokens { get; private set; }

    /// <summary>Decode steps done.</summary>
    public long Steps { get; private set; }

    /// <summary>Steps whose gap exceeded the ITL limit, for members that were in the step before too.</summary>
    public long LateSteps { get; private set; }

    /// <summary>End of the latest step; NaN when the batch was empty since.</summary>
    public double LastTokenS { get; private set; } = double.NaN;

    /// <summary>Sequences ready to join at the next launch.</summary>
    public int JoiningCount { get; private set; }

    /// <summary>Context of those ready to join.</summary>
    public long JoiningContextTokens { get; private set; }

    /// <summary>Members that joined at the latest launch and have had no step yet.</summary>
    public int FreshCount { get; private set; }

    /// <summary>Latest member to have joined, the first to be preempted; −1 when empty.</summary>
    public int Last => _last;

    /// <summary>First member in order of joining; −1 when empty.</summary>
    public int First => _first;

    /// <summary>Members without their first step, in order of joining.</summary>
    public ReadOnlySpan<int> Fresh => _fresh.AsSpan(0, FreshCount);

    /// <summary>Those ready to join, in order.</summary>
    public ReadOnlySpan<int> Joining => _joining.AsSpan(0, JoiningCount);

    /// <summary>Tokens in a member's KV cache, counted at a step boundary.</summary>
    public int ContextOf(in RequestSlot member) => member.PromptTokens + GeneratedBy(in member) - 1;

    /// <summary>Output tokens of a member so far.</summary>
    public int GeneratedBy(in RequestSlot member) =>
        member.State == RequestState.Decoding ? member.Generated + (int)(Steps - member.JoinedAtStep) : member.Generated;

    /// <summary>When the first of those ready to join got its last token; NaN when there is none.</summary>
    public double JoiningSinceS => JoiningCount == 0 ? double.NaN : _table[_joining[0]].LastTokenS;

    /// <summary>A sequence has its token and joins at the next launch.</summary>
    public void Ready(int slot)
    {
        if (JoiningCount == _joining.Length)
        {
            Array.Resize(ref _joining, 2 * JoiningCount);
        }

        ref var request = ref _table[slot];
        request.State = RequestState.Joining;
        request.Batch = Number;
        _joining[JoiningCount++] = slot;
        JoiningContextTokens += ContextOf(in request);
    }

    /// <summary>Takes a sequence that was ready to join away again.</summary>
    public void Unready(int slot)
    {
        var at = Array.IndexOf(_joining, slot, 0, JoiningCount);
        JoiningContextTokens -= ContextOf(in _table[slot]);
        Array.Copy(_joining, at + 1, _joining, at, JoiningCount - at - 1);
        JoiningCount--;
    }

    /// <summary>Admits those that are ready, in order, up to <paramref name="sequencesMax"/> members.</summary>
    public void Admit(IPhaseExecutor executor, int sequencesMax)
    {
        var admitted = Math.Min(JoiningCount, Math.Max(0, sequencesMax - Count));
        for (var i = 0; i < admitted; i++)
        {
            Join(_joining[i]);
            executor.Joined(Number, _joining[i], _table[_joining[i]].Generated, Steps);
        }

        if (admitted > 0)
        {
            Array.Copy(_joining, admitted, _joining, 0, JoiningCount - admitted);
            JoiningCount -= admitted;
        }
    }

    /// <summary>Blocks that the next step needs beyond those held.</summary>
    public int BlocksDue() => _blockDue[Phase(Steps)];

    /// <summary>Takes the blocks that the next step needs; the caller has made room.</summary>
    public void TakeBlocks() => Kv.Take(BlocksDue());

    /// <summary>Books a finished step: every member has one more token.</summary>
    public void Stepped(double nowS)
    {
        Steps++;
        ContextTokens += Count;
        LastTokenS = nowS;
        FreshCount = 0;
    }

    /// <summary>Tells of each member's latest token; a walk over the batch.</summary>
    public void ReportTokens(ITokenSink tokens, double nowS)
    {
        for (var slot = _first; slot >= 0; slot = _table[slot].Next)
        {
            ref var member = ref _table[slot];
            tokens.OnToken(new RequestHandle(slot, member.Id), GeneratedBy(in member), nowS);
        }
    }

    /// <summary>Counts a late step for the members that were in the step before.</summary>
    public void CountLate() => LateSteps++;

    /// <summary>
    /// Removes a member at a step boundary, settles its token and late counts and gives its blocks back.
    /// </summary>
    public void Leave(int slot)
    {
        ref var member = ref _table[slot];
        var context = ContextOf(in member);
        _blockDue[DuePhase(in member)]--;
        ContextTokens -= context;
        Count--;
        Kv.Give(Kv.For(context));
        Settle(ref member);
        Unlink(ref member);
        if (Count == 0)
        {
            LastTokenS = double.NaN;
        }
    }

    /// <summary>Writes into a member what the batch has counted for it; once, when it leaves.</summary>
    public void Settle(ref RequestSlot member)
    {
        member.Generated = GeneratedBy(in member);
        member.LateGaps += (int)(LateSteps - member.JoinedAtLate);
        member.LastTokenS = LastTokenS;
    }

    /// <summary>Removes a member that joined at a launch that did not come about (no step since).</summary>
    public void LeaveFresh(int slot)
    {
        var at = Array.IndexOf(_fresh, slot, 0, FreshCount);
        Array.Copy(_fresh, at + 1, _fresh, at, FreshCount - at - 1);
        FreshCount--;
        var lastTokenS = _table[slot].LastTokenS;
        Leave(slot);
        _table[slot].LastTokenS = lastTokenS;
    }

    /// <summary>True when the member has had no step since it joined.</summary>
    public bool IsFresh(int slot) => FreshCount > 0 && _table[slot].JoinedAtStep == Steps;

    /// <summary>Late gaps of a member so far.</summary>
    public int LateGapsOf(int slot) =>
        IsFresh(slot) ? _table[slot].LateGaps : _table[slot].LateGaps + (int)(LateSteps - _table[slot].JoinedAtLate);

    public void CopyFrom(DecodeBatch other)
    {
        Count = other.Count;
        ContextTokens = other.ContextTokens;
        Steps = other.Steps;
        LateSteps = other.LateSteps;
        LastTokenS = other.LastTokenS;
        JoiningCount = other.JoiningCount;
        JoiningContextTokens = other.JoiningContextTokens;
        FreshCount = other.FreshCount;
        _first = other._first;
        _last = other._last;
        Array.Copy(other._blockDue, _blockDue, _blockDue.Length);
        Copy(other._joining, ref _joining, JoiningCount);
        Copy(other._fresh, ref _fresh, FreshCount);
        Kv.CopyFrom(other.Kv);
    }

    private static void Copy(int[] from, ref int[] to, int count)
    {
        if (to.Length < count)
        {
            to = new int[from.Length];
        }

        Array.Copy(from, to, count);
    }

    private void Join(int slot)
    {
        ref var request = ref _table[slot];
        var context = ContextOf(in request);
        JoiningContextTokens -= context;
        request.State = RequestState.Decoding;
        request.JoinedAtStep = Steps;
        request.JoinedAtLate = LateSteps;
        request.Prev = _last;
        request.Next = -1;
        if (_last >= 0)
        {
            _table[_last].Next = slot;
        }
        else
        {
            _first = slot;
        }

        _last = slot;
        Count++;
        ContextTokens += context;
        _blockDue[DuePhase(in request)]++;
        if (FreshCount == _fresh.Length)
        {
            Array.Resize(ref _fresh, 2 * FreshCount);
        }

        _fresh[FreshCount++] = slot;
    }

    private void Unlink(ref RequestSlot member)
    {
        if (member.Prev >= 0)
        {
            _table[member.Prev].Next = member.Next;
        }
        else
        {
            _first = member.Next;
        }

        if (member.Next >= 0)
        {
            _table[member.Next].Prev = member.Prev;
        }
        else
        {
            _last = member.Prev;
        }
    }

    private int Phase(long steps) => (int)(steps % _blockTokens);

    // A member with context c at step s needs a block in the step that follows when c ≡ 0, that is at every step number
    // ≡ s − c (mod block tokens).
    private int DuePhase(in RequestSlot member)
    {
        var due = (Steps - ContextOf(in member)) % _blockTokens;
        return (int)(due < 0 ? due + _blockTokens : due);
    }
}
