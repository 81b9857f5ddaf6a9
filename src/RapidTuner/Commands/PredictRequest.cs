using RapidTuner.Core;
using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Twin.Cost;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Commands;

/// <summary>What a command line asks of <c>predict</c>.</summary>
internal sealed record PredictRequest
{
    /// <summary>The stack of the shipped champions.</summary>
    public const string DefaultStack = "graphs";

    public required CostModel Cost { get; init; }

    public required Phase Phase { get; init; }

    public required StepWork Work { get; init; }

    public required int Units { get; init; }

    public required StepWork Beside { get; init; }

    public required int BesideUnits { get; init; }

    public required bool Json { get; init; }

    /// <summary>Data folder whose champions are asked first.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Devices that hold one copy of the model.</summary>
    public required int TensorParallel { get; init; }

    /// <summary>The model, as the catalogue has it.</summary>
    public required ModelSpec Model { get; init; }

    /// <summary>The stack's name: champions are of the default one, and say nothing of others.</summary>
    public required string Stack { get; init; }

    /// <summary>The champion for this device and model, or the nearest scaled to it; null where nothing but a prior is known.</summary>
    public LatencyChampion? Champion(Terminal terminal)
    {
        if (!Stack.Equals(DefaultStack, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        void Tell(string note) => terminal.Error.WriteLine($"rapidtuner: {note}");
        var found = new ChampionStore(new ModelRegistry(DataFolder, terminal.Clock, Tell), ModelFolder.Shipped, Tell).Find(Cost.Device, Model, TensorParallel);
        return found.Kind == ChampionKind.Prior ? null : found;
    }

    /// <summary>What a champion predicts.</summary>
    public LatencyEstimate Estimate(LatencyChampion champion) => champion.Model.Estimate(Phase, Work, Units, Beside, BesideUnits);

    /// <summary>The twin's time, seconds.</summary>
    public double TwinS() => Beside.Sequences == 0
        ? Cost.AloneS(Phase, Work, Units)
        : Cost.BesideS(Phase, Work, Units, Beside, BesideUnits);
}
