using RapidTuner.Core.Errors;
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

        var plans = options.Policies.Select(name => RowPlan.Of(name, cell.Device, options)).ToArray();
        var rows = new IReadOnlyList<RowResult>[plans.Length];
        ParallelLoop.For(plans.Length, i =>
        {
            rows[i] = new RowSearch(cell, options, plans[i], clock, Ran, cancel).Rows();
            Interlocked.Increment(ref _rowsDone);
            Ran(0);
        }, cancel, inOrder: options.Log is not null);
        return Report(scene, options, cell, [.. rows.SelectMany(r => r)]);

        void Ran(int runs) => progress?.Invoke(new ReplayProgress(Volatile.Read(ref _rowsDone), plans.Length, Interlocked.Add(ref _runs, runs)));
    }

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
        Policies = RowWriter.Write(rows),
    };
}
