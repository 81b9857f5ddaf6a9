using RapidTuner.Bench.Headroom;

namespace RapidTuner.Bench.SlowApply;

/// <summary>One policy in one cell on an engine of one kind: a line of the results file.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Apply">How long a split takes to apply.</param>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Seeds">Seeds it ran.</param>
/// <param name="Requests">Requests of the trace that were used.</param>
/// <param name="MaxGoodputRps">max_goodput, requests per second.</param>
/// <param name="Switches">Splits that took effect in the run at that rate, mean over seeds.</param>
internal sealed record SlowApplyResult(Cell Cell, string Apply, string Policy, int Seeds, int Requests, double? MaxGoodputRps, double Switches);
