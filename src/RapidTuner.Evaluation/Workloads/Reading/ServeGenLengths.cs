namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>Length histograms of a client from one time on.</summary>
/// <param name="StartS">From when they hold, seconds of the source's clock.</param>
/// <param name="Prompt">Prompt tokens.</param>
/// <param name="Output">Output tokens.</param>
internal sealed record ServeGenLengths(double StartS, TokenHistogram Prompt, TokenHistogram Output);
