using RapidTuner.Learning.Physics;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.Tables;

/// <summary>The parts of a model, fitted to some of the rows.</summary>
/// <param name="Law">The law, or null.</param>
/// <param name="LawLogs">Its logarithm for every row of the table.</param>
/// <param name="Residual">Trees on the law's residual, or null.</param>
/// <param name="Plain">Trees alone, or null.</param>
/// <param name="Bare">Trees alone that do not see what the law derives of a row, or null.</param>
internal sealed record FoldFit(LawFit? Law, double[]? LawLogs, TrainedTrees? Residual, TrainedTrees? Plain, TrainedTrees? Bare);
