namespace RapidTuner.Engine;

/// <summary>
/// What differs between backends: how long a step takes, or what it computes, and where a sequence ends. The scheduler calls
/// it on the engine's thread; a launch returns at once. It must end a sequence at its <c>max_tokens</c>, at the model's context and at
/// the size of the KV cache, whichever comes first.
/// </summary>
public interface IPhaseExecutor
{
    /// <summary>Starts a step. A hybrid one may come in split mode too, alone on stream 0. Its end is reported to the scheduler by whoever drives it.</summary>
    void Launch(in StepLaunch launch, double nowS);

    /// <summary>The parts of the prefill step about to be launched on <paramref name="stream"/>, in order; called before <see cref="Launch"/>.</summary>
    void Compose(int stream, ReadOnlySpan<PrefillPart> parts);

    /// <summary>A prompt has been computed and one token sampled: true when that token, number <paramref name="generated"/> of its output, was the last.</summary>
    bool EndsWithToken(int slot, int generated);

    /// <summary>A sequence with <paramref name="generated"/> tokens joins batch <paramref name="batch"/>, which has done <paramref name="steps"/> steps.</summary>
    void Joined(int batch, int slot, int generated, long steps);

    /// <summary>A sequence left its batch before its end (preemption, cancellation).</summary>
    void Left(int batch, int slot);

    /// <summary>Takes one sequence whose last token came with step number <paramref name="steps"/> of <paramref name="batch"/>; false when there is none (left).</summary>
    bool TakeEnded(int batch, long steps, out int slot);
}
