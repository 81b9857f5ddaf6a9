using RapidTuner.Core;

namespace RapidTuner.Engine.Tests.Rig;

/// <summary>
/// An executor whose latencies come from a function, and which keeps naive books of its own: it counts every token of every
/// sequence one by one and checks each launch against them.
/// </summary>
internal sealed class TestExecutor(Func<StepLaunch, double> latencyS) : IPhaseExecutor
{
    private readonly Dictionary<int, Sequence> _bySlot = [];
    private readonly Dictionary<int, List<int>> _members = [];
    private PrefillPart[] _composed = [];

    /// <summary>Running steps by stream.</summary>
    public SortedDictionary<int, Running> Streams { get; } = [];

    /// <summary>Every launch so far.</summary>
    public List<Running> Launched { get; } = [];

    /// <summary>Called with each launch, before it is noted as running.</summary>
    public Action<StepLaunch, double>? OnLaunch { get; set; }

    public double NextEndS => Streams.Count == 0 ? double.PositiveInfinity : Streams.Values.Min(r => r.EndS);

    /// <summary>Sequences by slot.</summary>
    public IReadOnlyDictionary<int, Sequence> Sequences => _bySlot;

    public void Submitted(RequestHandle handle, int promptTokens, int cachedTokens, int outputTokens) =>
        _bySlot[handle.Slot] = new Sequence(handle, promptTokens, cachedTokens, outputTokens);

    public void Compose(int stream, ReadOnlySpan<PrefillPart> parts) => _composed = parts.ToArray();

    public void Launch(in StepLaunch launch, double nowS)
    {
        Assert.False(Streams.ContainsKey(launch.Stream), "two steps on one stream");
        var parts = launch.Phase == Phase.Decode ? [] : _composed;
        _composed = [];
        if (launch.Phase is Phase.Prefill or Phase.Hybrid)
        {
            Assert.Equal(PrefillWork(parts), launch.Work);
        }

        var decoding = launch.Phase == Phase.Decode ? launch.Work : launch.Fused;
        var batch = BatchOf(launch.Stream);
        if (launch.Phase is Phase.Decode or Phase.Hybrid)
        {
            var members = Members(batch).Select(s => _bySlot[s]).ToArray();
            Assert.NotEmpty(members);
            Assert.Equal(StepWork.Decode(members.Length, members.Sum(m => (long)m.ContextTokens)), decoding);
        }

        OnLaunch?.Invoke(launch, nowS);
        var running = new Running(launch, parts, nowS, nowS + latencyS(launch));
        Streams.Add(launch.Stream, running);
        Launched.Add(running);
    }

    /// <summary>Books what the step did, token by token; before the scheduler is told.</summary>
    public void Ended(int stream)
    {
        var running = Streams[stream];
        Streams.Remove(stream);
        foreach (var part in running.Parts)
        {
            var sequence = _bySlot[part.Slot];
            sequence.Computed += part.Tokens;
            if (sequence.Computed == sequence.PromptTokens + sequence.Generated)
            {
                sequence.Generated++;
                sequence.PromptDone = true;
            }
        }

        if (running.Launch.Phase is Phase.Decode or Phase.Hybrid)
        {
            foreach (var slot in Members(BatchOf(stream)))
            {
                _bySlot[slot].Generated++;
            }
        }
    }

    public bool EndsWithToken(int slot, int generated)
    {
        Assert.Equal(_bySlot[slot].Generated, generated);
        return generated >= _bySlot[slot].OutputTokens;
    }

    public void Joined(int batch, int slot, int generated, long steps)
    {
        Assert.Equal(_bySlot[slot].Generated, generated);
        Members(batch).Add(slot);
    }

    public void Left(int batch, int slot)
    {
        Assert.True(Members(batch).Remove(slot));
        _bySlot[slot].Computed = -1;
        _bySlot[slot].PromptDone = false;
    }

    public bool TakeEnded(int batch, long steps, out int slot)
    {
        slot = Members(batch).FirstOrDefault(s => _bySlot[s].Generated >= _bySlot[s].OutputTokens, -1);
        return slot >= 0 && Members(batch).Remove(slot);
    }

    public List<int> Members(int batch)
    {
        if (!_members.TryGetValue(batch, out var members))
        {
            _members[batch] = members = [];
        }

        return members;
    }

    /// <summary>First stream that decodes; set by the rig.</summary>
    public int FirstDecodeStream { get; set; } = 1;

    // A hybrid step in split mode runs on prefill's stream.
    private int BatchOf(int stream) => Math.Max(0, stream - FirstDecodeStream);

    private StepWork PrefillWork(PrefillPart[] parts)
    {
        Assert.NotEmpty(parts);
        Assert.Distinct(parts.Select(p => p.Slot));
        var work = default(StepWork);
        foreach (var part in parts)
        {
            var sequence = _bySlot[part.Slot];
            sequence.Computed = Math.Max(sequence.Computed, Math.Min(sequence.CachedTokens, sequence.PromptTokens - 1));
            Assert.Equal(sequence.Computed, part.FirstToken);
            var pairs = 0.0;
            for (var i = 1; i <= part.Tokens; i++)
            {
                pairs += sequence.Computed + i;
            }

            var target = sequence.PromptTokens + sequence.Generated;
            Assert.InRange(part.Tokens, 1, target - sequence.Computed);
            work = new StepWork(
                work.Sequences + 1,
                work.NewTokens + part.Tokens,
                work.ContextTokens + sequence.Computed,
                work.AttentionPairs + pairs,
                work.LogitRows + (sequence.Computed + part.Tokens == target ? 1 : 0));
        }

        return work;
    }

    internal sealed record Running(StepLaunch Launch, PrefillPart[] Parts, double StartS, double EndS);

    /// <summary>One request, counted token by token.</summary>
    internal sealed class Sequence(RequestHandle handle, int promptTokens, int cachedTokens, int outputTokens)
    {
        public RequestHandle Handle { get; } = handle;

        public int PromptTokens { get; } = promptTokens;

        public int CachedTokens { get; } = cachedTokens;

        public int OutputTokens { get; } = outputTokens;

        public int Generated { get; set; }

        /// <summary>Tokens in the KV cache during prefill; −1 before it begins.</summary>
        public int Computed { get; set; } = -1;

        /// <summary>Prefill is over, until the next preemption.</summary>
        public bool PromptDone { get; set; }

        /// <summary>Tokens in the KV cache during decode: all but the latest.</summary>
        public int ContextTokens => PromptTokens + Generated - 1;
    }
}
