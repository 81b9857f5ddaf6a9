using RapidTuner.Bench.Headroom;

namespace RapidTuner.Bench.Policies;

/// <summary>One policy in one cell: a line of the results file.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Seeds">Seeds it ran.</param>
/// <param name="Requests">Requests of the trace that were used.</param>
/// <param name="MaxGoodputRps">max_goodput, requests per second.</param>
/// <param name="MaxGoodput99Rps">The same at an attainment of 0.99; null unless asked for.</param>
/// <param name="Chosen">What hindsight chose.</param>
/// <param name="DecideP50S">Median time of a decision, seconds.</param>
/// <param name="DecideP99S">Its 99th percentile, seconds.</param>
internal sealed record PolicyResult(
    Cell Cell, string Policy, int Seeds, int Requests, double? MaxGoodputRps, double? MaxGoodput99Rps, string Chosen, double? DecideP50S, double? DecideP99S);
