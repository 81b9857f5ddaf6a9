using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Bench.Learning;

/// <summary>Makes the shipped champions: what a designed profile of the twin logs, learned from those logs alone.</summary>
internal sealed class ChampionsBench : IBench
{
    private const int Steps = 120_000;

    public string Name => "champions";

    public string About => "the shipped latency models of the main devices and models: writes artefact, entry and card to models/tuner";

    public void Run(BenchOptions options, TextWriter output)
    {
        var only = options.Text("only", "");
        var folder = options.Text("out", Path.Combine("models", "tuner"));
        var steps = (int)options.Number("steps", Steps);
        options.Check();
        foreach (var pair in LatencyPair.MainOf(SpecCatalogue.Open(), only))
        {
            var model = LatencyTrainer.Fit(pair.Scene, pair.Profile(steps, seed: 1), new LatencyFitOptions(), new StoppedClock());
            var origin = $"a designed profile of {steps} steps on the simulated device (stack graphs, seed 1), made by `dotnet run -c Release --project bench/RapidTuner.Bench -- champions`";
            var candidate = LatencyTarget.Candidate(model, origin, 0, 0);
            if (candidate.GateFailures.Count > 0)
            {
                throw new BadInputException(candidate.Scope, "failed its gate: " + string.Join("; ", candidate.GateFailures), "look at its metrics before shipping it");
            }

            var entry = new ModelFolder(folder).Add($"{candidate.Target}-{candidate.Scope}", candidate, "", "champions", 0);
            output.WriteLine($"{entry.Id}: {new FileInfo(new ModelFolder(folder).ArtefactPath(entry.Id)).Length} bytes, {entry.Checksum}");
        }
    }

    /// <summary>The same command gives the same files: no time is in them.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
