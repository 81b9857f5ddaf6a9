using RapidTuner.Control.Policies;
using RapidTuner.Core.Errors;
using RapidTuner.Evaluation.Oracle;
using RapidTuner.Evaluation.Reports;
using RapidTuner.Evaluation.Search;

namespace RapidTuner.Evaluation.Replay;

/// <summary>
/// Replays a trace through policies. Policies, seeds and candidate settings run in parallel; every result has its own place, so the
/// report does not depend on the number of cores.
/// </summary>
/// <param name="clock">Measures decisions and runs; virtual time does not depend on it.</param>
/// <param name="progress">Told after each run of the twin, from any thread; null: nobody listens.</param>
public sealed class ReplayRunner(TimeProvider clock, Action<ReplayProgress>? progress = null)
{
    private long _runs;
    private int _rowsDone;

    /// <summary>Runs everything.</summary>
    /// <param name="scene">What it happens on.</param>
    /// <param name="options">What is asked.</param>
    /// <param name="cancel">Ends the runs at once.</param>
    /// <exception cref="BadInputException">The model does not fit, nothing is left of the trace, or a search is asked of a trace without span.</exception>
    public ReplayReport Run(ReplayScene scene, ReplayOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(options);
        var cell = new ReplayCell(scene, options);
        Check(scene, options, cell);

        // An oracle comes after all others, for it is a maximum over them, and static-best comes with it (COMPARISON §2).
        // The freer oracle comes last of all: where both are asked for, it must not stay below the other.
        var oracles = options.Policies.Where(IsOracle).OrderByDescending(OracleRows.IsSplitOnly).ToArray();
        var names = options.Policies.Where(name => !IsOracle(name)).ToList();
        if (oracles.Length > 0 && !names.Contains(PolicyNames.StaticBest, StringComparer.OrdinalIgnoreCase))
        {
            names.Add(PolicyNames.StaticBest);
        }

        var rows = new IReadOnlyList<RowResult>[names.Count];
        ParallelLoop.For(names.Count, i =>
        {
            rows[i] = new RowSearch(cell, options, RowPlan.Of(names[i], cell.Device, options), clock, Ran, cancel).Rows();
            Interlocked.Increment(ref _rowsDone);
            Ran(0);
        }, cancel, inOrder: options.Log is not null);
        List<RowResult> all = [.. rows.SelectMany(r => r)];
        var byName = names.Zip(rows).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.OrdinalIgnoreCase);
        foreach (var oracle in oracles)
        {
            var staticBest = byName[PolicyNames.StaticBest][0];
            var row = new OracleRows(cell, options, clock, Ran, cancel).Row(oracle, all, staticBest);
            byName[oracle] = [row];
            all.Add(row);
            Interlocked.Increment(ref _rowsDone);
        }

        return Report(scene, options, cell, [.. options.Policies.SelectMany(name => byName[name])]);

        void Ran(int runs) => progress?.Invoke(new ReplayProgress(Volatile.Read(ref _rowsDone), names.Count + oracles.Length, Interlocked.Add(ref _runs, runs)));
    }

    private static bool IsOracle(string name) => OracleRows.IsSplitOnly(name) || name.Equals(PolicyNames.Oracle, StringComparison.OrdinalIgnoreCase);

    private static void Check(ReplayScene scene, ReplayOptions options, ReplayCell cell)
    {
        if (cell.Trace.Requests.Length == 0)
        {
            throw new BadInputException(
                scene.Trace.Name,
                $"all {cell.Excluded} requests are longer than the context of {scene.Model.Name} or its KV cache on {scene.Device.Name}",
                "choose a model or a device that holds them");
        }

        if (options.FindMaxGoodput && cell.Trace.SpanS <= 0)
        {
            throw new BadInputException("--find-max-goodput", $"{scene.Trace.Name} arrives all at one instant, so it has no rate", "give a trace that spans some time, or leave the search out");
        }
    }

    private static ReplayReport Report(ReplayScene scene, ReplayOptions options, ReplayCell cell, IReadOnlyList<RowResult> rows) => new()
    {
        Workload = scene.Trace.Name,
        Device = scene.Device.Name,
        Model = scene.Model.Name,
        Tp = scene.TensorParallel,
        Stack = scene.Stack.Name,
        Slo = SloText.Of(cell.Limits.Slo),
        Requests = cell.Trace.Requests.Length,
        Skipped = scene.Trace.Skipped,
        Excluded = cell.Excluded,
        Seed = options.Seed,
        Seeds = options.Seeds,
        Perturb = scene.Cost.Perturb,
        ApplyS = options.ApplyS,
        ApplyRestarts = options.ApplyRestarts,
        Policies = RowWriter.Write(rows),
    };
}
