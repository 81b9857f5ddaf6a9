namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>One window of a client's rate file.</summary>
/// <param name="StartS">Start, seconds of the source's clock.</param>
/// <param name="RatePerS">Requests per second.</param>
/// <param name="Pattern">Distribution of the gaps: <c>Gamma</c>, <c>Weibull</c>; anything else is taken as exponential.</param>
/// <param name="Shape">Shape of that distribution.</param>
internal readonly record struct ServeGenWindow(double StartS, double RatePerS, string Pattern, double Shape);
