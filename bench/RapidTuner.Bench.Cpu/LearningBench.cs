using RapidTuner.Core;
using RapidTuner.Core.Samples;
using RapidTuner.Learning.Latency;

namespace RapidTuner.Bench.Cpu;

/// <summary>
/// What training gains on this machine: a log under random splits, its first part to train on and its last to score the law with prior constants, the law measured at start
/// and what was trained. Both phases, alone and beside each other; steps that were beside the other phase for a part of their time count for none.
/// </summary>
internal static class LearningBench
{
    private const double TrainShare = 0.7;

    /// <summary>Makes the log and prints the figures; returns a model trained on all of it.</summary>
    public static LatencyModel Run(EngineScene scene, double logS, TimeProvider clock, TextWriter output)
    {
        var log = scene.Serve(new RandomSplits(scene.Options.Palette, 3), 99, logS);
        var cutS = TrainShare * log.Steps[^1].EndS;
        var trained = LatencyTrainer.Fit(scene.Start.Scene, log.Steps.Where(s => s.EndS < cutS), new LatencyFitOptions(), clock, new LatencyRival(scene.Start, -1));
        var prior = LatencyModel.Prior(scene.Start.Scene);
        output.WriteLine();
        output.WriteLine($"predicted step times on the last 30 % of a log of {logS:F0} s and {log.Steps.Count} steps under random splits; trained on {trained.Report.Rows} steps of the first 70 % in {trained.Report.FitS:F1} s");
        foreach (var (group, metrics) in trained.Report.Groups)
        {
            output.WriteLine(FormattableString.Invariant($"held-out blocks of the training part: {group} {metrics.Rows} steps, MAPE {metrics.Mape:P1}, off by {Math.Exp(metrics.FreshLog ?? double.NaN):F2}, at start by {Math.Exp(metrics.RivalLog ?? double.NaN):F2}{(metrics.Kept ? "; the start's part stays" : "")}"));
        }

        output.WriteLine(LatencyTarget.GateFailures(trained) is { Count: > 0 } failures ? $"the gate refuses it: {string.Join("; ", failures)}" : "the gate lets it into office");
        output.WriteLine("the factor by which predictions are off (geometric mean), MAPE, median error, and how many steps lie in the 90 % interval");
        output.WriteLine($"{"phase",-16} {"steps",6}   {"prior",28}   {"measured at start",28}   {"trained on the log",28}");
        foreach (var phase in new[] { Phase.Prefill, Phase.Decode })
        {
            foreach (var beside in new[] { false, true })
            {
                var held = log.Steps.Where(s => s.EndS >= cutS && s.Phase == phase && (beside ? s.BesideShare >= 0.98 : s.BesideShare <= 0.02)).ToArray();
                output.WriteLine($"{phase + (beside ? ", beside" : ", alone"),-16} {held.Length,6}   {Score(prior, held)}   {Score(scene.Start, held)}   {Score(trained, held)}");
            }
        }

        return LatencyTrainer.Fit(scene.Start.Scene, log.Steps, new LatencyFitOptions(), clock, new LatencyRival(scene.Start, -1));
    }

    private static string Score(LatencyModel model, StepSample[] steps)
    {
        if (steps.Length == 0)
        {
            return $"{"none",28}";
        }

        var (errors, logs) = (new List<double>(), new List<double>());
        var held = 0;
        foreach (var step in steps)
        {
            var beside = step.BesideShare >= 0.98;
            var other = beside ? step.Beside : default;
            var estimate = model.Estimate(step.Phase, step.Work, step.Units, other, beside ? step.BesideUnits : 0);
            var tookS = step.EndS - step.StartS;
            errors.Add(Math.Abs((estimate.P50S / tookS) - 1));
            logs.Add(Math.Abs(Math.Log(estimate.P50S / tookS)));
            held += tookS >= estimate.LowS && tookS <= estimate.HighS ? 1 : 0;
        }

        var mean = errors.Average();
        return $"{Math.Exp(logs.Average()),5:F2} {mean,7:P1} {Clock.Median(errors),7:P1} {(double)held / steps.Length,6:P0}";
    }
}
