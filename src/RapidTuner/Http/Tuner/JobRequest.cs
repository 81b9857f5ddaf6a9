namespace RapidTuner.Http.Tuner;

/// <summary>Body of <c>POST /api/v1/jobs</c>.</summary>
/// <param name="Job">Name of the job to run now.</param>
internal sealed record JobRequest(string? Job);
