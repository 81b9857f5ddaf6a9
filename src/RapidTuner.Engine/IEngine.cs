using RapidTuner.Core;

namespace RapidTuner.Engine;

/// <summary>An engine that serves in real time, whatever computes behind it.</summary>
public interface IEngine
{
    /// <summary>What this engine is.</summary>
    EngineDescription Description { get; }

    /// <summary>Its latest state: an immutable snapshot, swapped by one volatile write, so that reading never waits.</summary>
    EngineSnapshot Snapshot { get; }

    /// <summary>Holds the split nearest to <paramref name="wanted"/> that the palette has, from the next step boundary on; null gives it back to the policy.</summary>
    /// <returns>The split that will be held; null when unpinned.</returns>
    Split? Pin(Split? wanted);

    /// <summary>Submits a request and streams its tokens as they are computed. Cancelling frees its place at the next step boundary.</summary>
    /// <exception cref="RequestRefusedException">The request is too long, or the queue is full.</exception>
    /// <exception cref="InvalidOperationException">The engine has stopped.</exception>
    IAsyncEnumerable<GeneratedToken> SubmitAsync(GenerationRequest request, CancellationToken cancel);
}
