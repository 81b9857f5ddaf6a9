using RapidTuner.Core;
using RapidTuner.Engine.Cpu.Model;
using RapidTuner.Engine.Cpu.Workers;
using RapidTuner.Engine.Text;

namespace RapidTuner.Engine.Cpu.Execution;

/// <summary>
/// Computes steps on the machine's cores. Everything but the tiles runs on the engine's thread: a launch hands the step to the workers and returns;
/// their end is told through <c>ended</c>, and <see cref="Finish"/> books the tokens before the scheduler hears of it.
/// </summary>
internal sealed class CpuExecutor : IPhaseExecutor, IDisposable
{
    private readonly Decoder _decoder;
    private readonly PagedKv _kv;
    private readonly WorkerPool _workers;
    private readonly SequenceTable _sequences = new();
    private readonly StepBatch[] _batches;
    private readonly int[] _endTokens;
    private readonly int _decodeStream;
    private readonly int[] _members;
    private int _memberCount;
    private PrefillPart[] _parts = new PrefillPart[64];
    private int _partCount;

    /// <param name="decoder">The model; owned by the caller.</param>
    /// <param name="options">Engine options: split or hybrid mode.</param>
    /// <param name="cores">Worker threads.</param>
    /// <param name="endTokens">Tokens with which the model ends a reply.</param>
    /// <param name="ended">Called on a worker thread when the step of a stream has ended.</param>
    /// <param name="clock">Measures tiles.</param>
    public CpuExecutor(Decoder decoder, EngineOptions options, int cores, int[] endTokens, Action<int> ended, TimeProvider clock)
    {
        if (options.Mode == EngineMode.Disaggregated || options.BlockTokens != PagedKv.BlockTokens)
        {
            throw new ArgumentException($"the CPU engine has split and hybrid mode and blocks of {PagedKv.BlockTokens} tokens", nameof(options));
        }

        _decoder = decoder;
        _endTokens = endTokens;
        _members = new int[options.SequencesMax];
        _kv = new PagedKv(decoder.Config, options.KvBlocks);
        var hybrid = options.Mode == EngineMode.Hybrid;
        var prefillRows = options.WholePrompts ? Math.Max(options.ChunkTokens, options.ContextTokens) : options.ChunkTokens;
        _decodeStream = hybrid ? 0 : 1;
        _batches = hybrid
            ? [new StepBatch(decoder.Config, Math.Max(prefillRows, options.SequencesMax) + (options.WholePrompts ? options.SequencesMax : 0), options.SequencesMax)]
            : [new StepBatch(decoder.Config, prefillRows + options.SequencesMax, options.SequencesMax), new StepBatch(decoder.Config, options.SequencesMax, options.SequencesMax)];
        _workers = new WorkerPool(decoder.Config, StepProgram.Of(decoder, _kv, _sequences), _batches.Length, cores, options.DeviceUnits, ended, clock);
    }

    /// <summary>Bytes of the KV cache.</summary>
    public long KvBytes => _kv.Bytes;

    /// <summary>KV blocks that no sequence holds.</summary>
    public int KvFree => _kv.Free;

    /// <summary>Bytes of all streams' activations.</summary>
    public long ActivationBytes => _batches.Sum(b => b.Bytes);

    /// <summary>True when every worker has a processor of its own.</summary>
    public bool Pinned => _workers.Pinned;

    /// <summary>What broke a worker; null while all run.</summary>
    public Exception? Fault => _workers.Fault;

    /// <summary>The sequence in a slot.</summary>
    public Sequence this[int slot] => _sequences[slot];

    /// <summary>Logits of the latest step of a stream, one row per token drawn; for comparison with other computations.</summary>
    public unsafe ReadOnlySpan<float> LogitsOf(int stream, int drawn) =>
        new(_batches[stream].Logits.Floats + ((long)drawn * _batches[stream].LogitStride), _decoder.Config.Vocabulary);

    /// <summary>Begins a request in the slot that the scheduler gave it.</summary>
    /// <param name="slot">Its slot.</param>
    /// <param name="prompt">Its tokens, each below the vocabulary.</param>
    /// <param name="outputTokensMax">Most tokens to produce.</param>
    /// <param name="sampling">How they are drawn.</param>
    /// <param name="endsByItself">False: it produces exactly that many.</param>
    public void Begin(int slot, ReadOnlySpan<int> prompt, int outputTokensMax, Sampling sampling, bool endsByItself)
    {
        var sequence = _sequences.Of(slot);
        sequence.Release(_kv);
        sequence.Begin(prompt, outputTokensMax, sampling, endsByItself);
    }

    /// <summary>A request's life is over: its KV blocks are free.</summary>
    public void Release(int slot) => _sequences.Of(slot).Release(_kv);

    /// <summary>Empties the decode batch; its sequences keep their blocks.</summary>
    public void Clear() => _memberCount = 0;

    /// <inheritdoc/>
    public void Compose(int stream, ReadOnlySpan<PrefillPart> parts)
    {
        if (_parts.Length < parts.Length)
        {
            _parts = new PrefillPart[2 * parts.Length];
        }

        parts.CopyTo(_parts);
        _partCount = parts.Length;
    }

    /// <inheritdoc/>
    public void Launch(in StepLaunch launch, double nowS)
    {
        var batch = _batches[launch.Stream];
        batch.Clear();
        if (launch.Phase != Phase.Prefill)
        {
            AddDecode(batch);
        }

        if (launch.Phase != Phase.Decode)
        {
            AddPrefill(batch);
        }

        _workers.Start(launch.Stream, batch, launch.Units, fromEnd: launch.Phase == Phase.Decode);
    }

    /// <summary>Books the tokens that the step of <paramref name="stream"/> drew; called once, before the scheduler is told of its end.</summary>
    public void Finish(int stream)
    {
        var batch = _batches[stream];
        for (var i = 0; i < batch.LogitCount; i++)
        {
            var sequence = _sequences[batch.Slots[batch.LogitRows[i]]];
            var token = batch.Drawn[i];
            sequence.Append(token);
            sequence.EndedByMark = sequence.EndsByItself && Array.IndexOf(_endTokens, token) >= 0;
            sequence.Ended = sequence.EndedByMark || sequence.Generated >= sequence.OutputTokensMax;
        }
    }

    /// <inheritdoc/>
    public bool EndsWithToken(int slot, int generated) => _sequences[slot].Ended;

    /// <inheritdoc/>
    public void Joined(int batch, int slot, int generated, long steps) => _members[_memberCount++] = slot;

    /// <inheritdoc/>
    public void Left(int batch, int slot)
    {
        Remove(Array.IndexOf(_members, slot, 0, _memberCount));
        _sequences[slot].Release(_kv);
    }

    /// <inheritdoc/>
    public bool TakeEnded(int batch, long steps, out int slot)
    {
        for (var i = 0; i < _memberCount; i++)
        {
            slot = _members[i];
            if (_sequences[slot].Ended)
            {
                Remove(i);
                return true;
            }
        }

        slot = -1;
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _workers.Dispose();
        foreach (var batch in _batches)
        {
            batch.Dispose();
        }

        _kv.Dispose();
    }

    private void AddDecode(StepBatch batch)
    {
        for (var i = 0; i < _memberCount; i++)
        {
            var sequence = _sequences[_members[i]];
            var position = sequence.PromptTokens + sequence.Generated - 1;
            sequence.Hold(position + 1, _kv);
            batch.Add(_members[i], sequence, position, 1, draws: true);
        }
    }

    private void AddPrefill(StepBatch batch)
    {
        foreach (var part in _parts.AsSpan(0, _partCount))
        {
            var sequence = _sequences[part.Slot];
            var last = part.FirstToken + part.Tokens;
            sequence.Hold(last, _kv);
            batch.Add(part.Slot, sequence, part.FirstToken, part.Tokens, draws: last == sequence.PromptTokens + sequence.Generated);
        }
    }

    private void Remove(int member)
    {
        _memberCount--;
        Array.Copy(_members, member + 1, _members, member, _memberCount - member);
    }
}
