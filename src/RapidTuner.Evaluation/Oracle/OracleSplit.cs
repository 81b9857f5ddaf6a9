using RapidTuner.Control.Learned;
using RapidTuner.Core;

namespace RapidTuner.Evaluation.Oracle;

/// <summary>How an oracle's action chooses the split of each step.</summary>
/// <param name="Pair">One split for every step, disjoint or overlapped; null: sized step by step.</param>
/// <param name="Margin">Sized: share of the ITL limit that a decode step may be known to take.</param>
/// <param name="Borrows">Sized: decode may take units that a running prefill holds, so that both share them for that step.</param>
/// <param name="Rule">The fast rule of <c>learned</c> under these parameters, with the twin's own latencies, in the place of sizing; null: not.</param>
internal readonly record struct OracleSplit(Split? Pair, double Margin, bool Borrows, RuleParameters? Rule = null);
