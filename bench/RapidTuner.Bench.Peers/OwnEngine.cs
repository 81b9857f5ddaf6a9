using RapidTuner.Core;
using RapidTuner.Engine;
using RapidTuner.Engine.Cpu.Execution;
using RapidTuner.Engine.Cpu.Model;
using RapidTuner.Engine.Text;

namespace RapidTuner.Bench.Peers;

/// <summary>The CPU engine's executor, driven step by step as its engine does.</summary>
internal sealed class OwnEngine : IDisposable
{
    private const int Units = 16;
    private const int Slot = 0;

    private readonly SemaphoreSlim _ended = new(0);
    private readonly CpuExecutor _executor;
    private readonly TimeProvider _clock;

    public OwnEngine(Decoder decoder, TimeProvider clock)
    {
        _clock = clock;
        var options = new EngineOptions
        {
            DeviceUnits = Units, KvBlocks = 64, ContextTokens = 1024, ItlLimitS = 1, ChunkTokens = PeerTask.PromptTokens, ChunkTokensMax = PeerTask.PromptTokens, SequencesMax = 1,
        };
        _executor = new CpuExecutor(decoder, options, PeerTask.Threads, [], _ => _ended.Release(), clock);
    }

    /// <summary>Logits after the prompt and after the last token.</summary>
    public float[] AfterPrompt { get; private set; } = [];

    /// <summary>Likewise.</summary>
    public float[] AfterLast { get; private set; } = [];

    /// <summary>Computes the task once.</summary>
    public PeerTimes Run()
    {
        // The sequence is given whole and its prompt computed first: the tokens after it are those of the task, not those that were drawn.
        int[] tokens = [.. Enumerable.Range(0, PeerTask.PromptTokens + PeerTask.DecodeSteps).Select(PeerTask.TokenAt)];
        _executor.Release(Slot);
        _executor.Clear();
        _executor.Begin(Slot, tokens.AsSpan(0, PeerTask.PromptTokens), PeerTask.DecodeSteps + 2, new Sampling(0, 1, 0), endsByItself: false);
        var started = _clock.GetTimestamp();
        _executor.Compose(0, [new PrefillPart(Slot, 0, PeerTask.PromptTokens)]);
        _executor.Launch(new StepLaunch(0, Phase.Prefill, default, default, Units), 0);
        _ended.Wait();
        var prefillS = _clock.GetElapsedTime(started).TotalSeconds;
        AfterPrompt = _executor.LogitsOf(0, 0).ToArray();
        _executor.Joined(0, Slot, 1, 0);
        started = _clock.GetTimestamp();
        for (var i = 0; i < PeerTask.DecodeSteps; i++)
        {
            _executor[Slot].Append(tokens[PeerTask.PromptTokens + i]);
            _executor.Launch(new StepLaunch(1, Phase.Decode, default, default, Units), 0);
            _ended.Wait();
        }

        var decodeS = _clock.GetElapsedTime(started).TotalSeconds;
        AfterLast = _executor.LogitsOf(1, 0).ToArray();
        return new PeerTimes(prefillS, decodeS);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _executor.Dispose();
        _ended.Dispose();
    }
}
