using RapidTuner.Core.Samples;

namespace RapidTuner.Engine;

/// <summary>A request that the engine does not take.</summary>
public sealed class RequestRefusedException(Outcome outcome)
    : Exception(outcome == Outcome.RejectedSize
        ? "the request is longer than the model's context or the engine's KV cache; shorten the prompt or lower max_tokens"
        : "the queue is full; try again later")
{
    /// <summary><see cref="Outcome.RejectedSize"/> or <see cref="Outcome.RejectedLoad"/>.</summary>
    public Outcome Outcome { get; } = outcome;
}
