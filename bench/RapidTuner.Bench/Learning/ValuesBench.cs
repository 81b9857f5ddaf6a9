using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Evaluation.Values;
using RapidTuner.Learning.Q;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Bench.Learning;

/// <summary>Makes the shipped value functions of plans: fitted-Q iteration on plans drawn by chance in the twin, on three devices at once.</summary>
internal sealed class ValuesBench : IBench
{
    private static readonly (string Device, string Model)[] Pairs = [("mi300x", "llama-3.1-70b"), ("h200", "llama-3.1-8b"), ("l20", "qwen2.5-3b")];

    public string Name => "values";

    public string About => "the shipped value functions of plans: writes artefact, entry and card to models/tuner (--out, --seed, --rounds, --only TEXT of a device)";

    public void Run(BenchOptions options, TextWriter output)
    {
        var folder = new ModelFolder(options.Text("out", Path.Combine("models", "tuner")));
        var seed = (ulong)options.Number("seed", 1);
        var rounds = (int)options.Number("rounds", 6);
        var only = options.Text("only", "");
        options.Check();
        var catalogue = SpecCatalogue.Open();
#pragma warning disable RS0030 // A bench measures real time.
        var clock = TimeProvider.System;
#pragma warning restore RS0030
        var started = clock.GetTimestamp();
        var training = new ValueTraining(Pairs.Where(p => p.Device.Contains(only, StringComparison.Ordinal))
            .SelectMany(p => TwinEpisodes.Of(catalogue.Device(p.Device), catalogue.Model(p.Model), catalogue.Stack("graphs"), 1, rounds, seed, default)));
        output.WriteLine($"{training.RowCount} plans, {clock.GetElapsedTime(started).TotalSeconds:F0} s");
        var origin = $"plans drawn by chance in the twin on {string.Join(", ", Pairs.Select(p => $"{p.Device} with {p.Model}"))} (stack graphs, seed {seed}), made by `dotnet run -c Release --project bench/RapidTuner.Bench -- values`";
        foreach (var (target, iterations) in new[] { (ValueTarget.Name, new FittedQOptions().Iterations), (ValueTarget.NextPlan, 0) })
        {
            started = clock.GetTimestamp();
            var model = training.Fit(new FittedQOptions { Iterations = iterations, Seed = seed });
            var score = training.Score(model);
            output.WriteLine($"{target}: {clock.GetElapsedTime(started).TotalSeconds:F1} s, {score}");
            var candidate = ValueTarget.Candidate(model, target, ValueTarget.AnyScope, origin, score, null);
            if (candidate.GateFailures.Count > 0)
            {
                throw new BadInputException(target, "failed its gate: " + string.Join("; ", candidate.GateFailures), "look at its metrics before shipping it");
            }

            var entry = folder.Add($"{target}-{ValueTarget.AnyScope}", candidate, "", "values", 0);
            output.WriteLine($"{entry.Id}: {new FileInfo(folder.ArtefactPath(entry.Id)).Length} bytes, {entry.Checksum}");
        }
    }
}
