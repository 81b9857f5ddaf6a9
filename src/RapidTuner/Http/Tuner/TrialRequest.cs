namespace RapidTuner.Http.Tuner;

/// <summary>The body of a request for a trial.</summary>
/// <param name="Challenger">A policy, or <c>learned:champion@ID</c>.</param>
internal sealed record TrialRequest(string? Challenger);
