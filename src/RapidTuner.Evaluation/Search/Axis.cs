using RapidTuner.Evaluation.Replay;

namespace RapidTuner.Evaluation.Search;

/// <summary>One thing that hindsight may choose, with its values.</summary>
/// <param name="Name">For the reader.</param>
/// <param name="Ordered">True when neighbouring values act alike, so that a coarse pass may be refined.</param>
/// <param name="Values">Each makes a setting with one value of this axis.</param>
internal sealed record Axis(string Name, bool Ordered, IReadOnlyList<Func<Setting, Setting>> Values);
