using RapidTuner.Evaluation.Analysis;
using RapidTuner.Learning.OffPolicy;
using RapidTuner.Telemetry.Plans;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Evaluation.OffPolicy;

/// <summary>The plans of runs of one kind, by which policies are scored without a twin.</summary>
public sealed class LoggedPlans
{
    private const int RowsMax = 20_000;

    // Plans come about one a second: so long a stretch holds all that is scored, and no run is in memory as a whole.
    private const double ReadS = 21_600;

    private readonly List<IReadOnlyList<PlanStep>> _runs;
    private readonly PlanStep[] _steps;
    private readonly string _logged;

    private LoggedPlans(List<IReadOnlyList<PlanStep>> runs, string logged)
    {
        _runs = runs;
        _steps = [.. runs.SelectMany(s => s)];
        _logged = logged;
    }

    /// <summary>Runs that plans were read of.</summary>
    public int Runs => _runs.Count;

    /// <summary>Plans.</summary>
    public int Plans => _steps.Length;

    /// <summary>True when chance had no part in them: importance weights do not exist.</summary>
    public bool Deterministic => _steps.All(s => s.Propensity > 1 - 1e-9);

    /// <summary>Attained requests per second over them; null without any.</summary>
    public double? AttainedRps => Plans == 0 ? null : _steps.Sum(s => s.Reward) / _steps.Sum(s => s.DurationS);

    /// <summary>Settled requests per second over them, attained or not; null without any.</summary>
    public double? SettledRps => Plans == 0 ? null : _steps.Sum(s => s.Settled) / _steps.Sum(s => s.DurationS);

    /// <summary>Names of what they chose among.</summary>
    public IReadOnlyList<string> Candidates => Plans == 0 ? [] : _steps[^1].Candidates;

    /// <summary>Reads the latest plans of some runs.</summary>
    /// <param name="store">The log.</param>
    /// <param name="runs">Runs of one device, model and policy; those without plans are passed over.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public static LoggedPlans Read(ITelemetryStore store, IReadOnlyList<LogRun> runs)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(runs);
        var (kept, rows) = (new List<IReadOnlyList<PlanStep>>(), 0);
        for (var i = runs.Count - 1; i >= 0 && rows < RowsMax; i--)
        {
            var steps = PlanStepReader.Read(store, runs[i].Record, runs[i].ToUs - Micros.FromS(ReadS));
            if (steps.Count > 1)
            {
                kept.Insert(0, steps.Count <= RowsMax - rows ? steps : [.. steps.Skip(steps.Count - (RowsMax - rows))]);
                rows += kept[0].Count;
            }
        }

        return new LoggedPlans(kept, runs.Count == 0 ? "" : runs[^1].Record.Policy);
    }

    /// <summary>What the log alone says of a policy; null where no plan knows it.</summary>
    public IReadOnlyList<Estimate>? Score(string policy, OffPolicyOptions options, CancellationToken cancel) =>
        Plans > 0 && AskedPolicy.Of(policy, _logged, _steps) is { } asked ? OffPolicyScore.Of(PlanLogs.Of(_runs, asked), options, cancel) : null;
}
