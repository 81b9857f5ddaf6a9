using RapidTuner.Core;
using RapidTuner.Engine.Twin.Cost;

namespace RapidTuner.Commands;

/// <summary>What a command line asks of <c>predict</c>.</summary>
internal sealed record PredictRequest
{
    public required CostModel Cost { get; init; }

    public required Phase Phase { get; init; }

    public required StepWork Work { get; init; }

    public required int Units { get; init; }

    public required StepWork Beside { get; init; }

    public required int BesideUnits { get; init; }

    public required bool Json { get; init; }

    /// <summary>The twin's time, seconds.</summary>
    public double TwinS() => Beside.Sequences == 0
        ? Cost.AloneS(Phase, Work, Units)
        : Cost.BesideS(Phase, Work, Units, Beside, BesideUnits);
}
