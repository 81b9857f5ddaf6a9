using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Workload;
using RapidTuner.Engine.Twin.Cost;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Workloads;
using RapidTuner.Evaluation.Workloads.Transforms;
using RapidTuner.Recording;

namespace RapidTuner.Commands;

/// <summary>What a command line asks of <c>replay</c>; names are resolved, files not yet read.</summary>
internal sealed record ReplayRequest
{
    public required string Workload { get; init; }

    /// <summary>The workload of a log, which takes the place of <see cref="Workload"/>; null: none.</summary>
    public required Trace? Logged { get; init; }

    public required DeviceSpec Device { get; init; }

    public required ModelSpec Model { get; init; }

    public required StackSpec Stack { get; init; }

    public required int TensorParallel { get; init; }

    public required CostOptions Cost { get; init; }

    public required TraceWindow Window { get; init; }

    public required int? Limit { get; init; }

    public required bool Json { get; init; }

    /// <summary>Where samples are kept; null: they are not.</summary>
    public required StoreChoice? Store { get; init; }

    /// <summary>Every how many steps one is kept.</summary>
    public required int StepSampling { get; init; }

    public required ReplayOptions Options { get; init; }

    /// <summary>Reads the workload and takes the asked part of it.</summary>
    public ReplayScene Resolve(Action<string> note)
    {
        var trace = Window.Of(Logged ?? WorkloadSource.Load(Workload, Options.Seed, note));
        return new ReplayScene
        {
            Trace = Limit is { } limit ? RequestLimit.Apply(trace, limit) : trace,
            Device = Device,
            Model = Model,
            Stack = Stack,
            TensorParallel = TensorParallel,
            Cost = Cost,
        };
    }
}
