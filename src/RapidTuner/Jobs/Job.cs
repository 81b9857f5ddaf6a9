namespace RapidTuner.Jobs;

/// <summary>A job: what it does and when.</summary>
/// <param name="Work">What.</param>
/// <param name="Plan">When, and within which limits.</param>
internal sealed record Job(IJobWork Work, JobPlan Plan);
