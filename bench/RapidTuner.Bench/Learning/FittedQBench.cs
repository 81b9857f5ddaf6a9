using System.Diagnostics;
using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;
using RapidTuner.Learning.Q;

namespace RapidTuner.Bench.Learning;

/// <summary>Time and memory of fitted-Q iteration on many synthetic plans: six actions, every state field drawn.</summary>
internal sealed class FittedQBench : IBench
{
    private const int EpisodeRows = 3_600;

    /// <inheritdoc/>
    public string Name => "fitted-q";

    /// <inheritdoc/>
    public string About => "fitted-Q iteration on synthetic plans: seconds and peak memory (--rows, --iterations)";

    /// <inheritdoc/>
    public void Run(BenchOptions options, TextWriter output)
    {
        var rows = (int)options.Number("rows", 1_000_000);
        var how = new FittedQOptions { Iterations = (int)options.Number("iterations", 40) };
        options.Check();
        var log = Plans(rows);
#pragma warning disable RS0030 // A bench measures real time.
        var clock = TimeProvider.System;
#pragma warning restore RS0030
        var started = clock.GetTimestamp();
        var moved = double.NaN;
        FittedQ.Fit(log, how, progress: (_, by) => moved = by);
        using var process = Process.GetCurrentProcess();
        output.WriteLine($"{rows} plans, {how.Iterations} iterations of {how.Trees} trees: {clock.GetElapsedTime(started).TotalSeconds:F1} s on {Environment.ProcessorCount} cores, peak {process.PeakWorkingSet64 / 1e9:F2} GB; the last iteration moved values by {moved:F4} requests");
    }

    private static PlanLog Plans(int rows)
    {
        var rng = new Rng(1, "fitted-q bench");
        string[] actions = ["a", "b", "c", "d", "e", "f"];
        var state = Enumerable.Range(0, PlanState.Features).Select(_ => new double[rows]).ToArray();
        var (action, reward, after, duration, episode) = (new int[rows], new double[rows], new double[rows], new double[rows], new int[rows]);
        var backlog = 0.0;
        for (var row = 0; row < rows; row++)
        {
            action[row] = rng.NextInt(actions.Length);
            for (var f = 0; f < PlanState.Features; f++)
            {
                state[f][row] = f == 2 ? backlog : rng.NextDouble();
            }

            reward[row] = Math.Max(0, 3 - (0.1 * backlog) + rng.NextGaussian());
            after[row] = 0.5;
            duration[row] = 0.5 + (0.5 * rng.NextDouble());
            episode[row] = row / EpisodeRows;
            backlog = Math.Clamp(backlog + (rng.NextExponential() * 2) - action[row], 0, 30);
        }

        return new PlanLog(actions, state, action, reward, after, duration, episode);
    }
}
