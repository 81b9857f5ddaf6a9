using RapidTuner.Learning.Registry;

namespace RapidTuner.Learning.Latency;

/// <summary>Step latencies as a target of the registry: their name, gate and what a candidate tells of itself.</summary>
public static class LatencyTarget
{
    /// <summary>Name of the target.</summary>
    public const string Name = "step_latency";

    /// <summary>
    /// Largest held-out error of a group that is used where nothing better is known, a fraction. Chosen: planning 30 % too high costs at most 6 % of goodput, 15 % too low 35 % and more.
    /// </summary>
    private const double MapeMax = 0.3;

    /// <summary>Least and greatest share of held-out steps within the 90 % interval.</summary>
    private const double CoverageMin = 0.85;
    private const double CoverageMax = 0.96;

    /// <summary>Fewest held-out steps of a group that is judged.</summary>
    private const int GroupRowsMin = 60;

    /// <summary>Fewest samples of a model that is used.</summary>
    private const int RowsMin = 600;

    /// <summary>What a model fails at; none: it passes.</summary>
    public static IReadOnlyList<string> GateFailures(LatencyModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var failures = new List<string>();
        if (model.Report.Rows < RowsMin)
        {
            failures.Add($"{model.Report.Rows} samples, at least {RowsMin} are needed");
        }

        foreach (var phase in new[] { "prefill", "decode" }.Where(p => !model.Report.Groups.Keys.Any(g => g.StartsWith(p, StringComparison.Ordinal))))
        {
            failures.Add($"no samples of {phase}");
        }

        foreach (var (group, metrics) in model.Report.Groups.Where(g => g.Value.Rows >= GroupRowsMin && !g.Value.Kept))
        {
            // What it would replace is used as it is: a better one is better, however noisy the machine.
            if (!(metrics.Mape <= MapeMax) && !metrics.Better)
            {
                failures.Add($"{group}: mean error of {metrics.Mape:P1} on held-out steps, at most {MapeMax:P0} is used");
            }

            if (metrics.Coverage is < CoverageMin or > CoverageMax)
            {
                failures.Add($"{group}: the 90 % interval holds {metrics.Coverage:P1} of held-out steps");
            }

            if (metrics.Worse)
            {
                failures.Add($"{group}: off by a factor of {Math.Exp(metrics.FreshLog!.Value):F3} on steps that the champion, or the measurement at the start where there is none, has not seen; that one is by {Math.Exp(metrics.RivalLog!.Value):F3}");
            }
        }

        return failures;
    }

    /// <summary>The model as a candidate of the registry.</summary>
    /// <param name="model">The model.</param>
    /// <param name="origin">Where its samples came from, for people.</param>
    /// <param name="fromUs">Start of the samples, Unix microseconds.</param>
    /// <param name="toUs">End of the samples, Unix microseconds.</param>
    public static ModelCandidate Candidate(LatencyModel model, string origin, long fromUs, long toUs)
    {
        ArgumentNullException.ThrowIfNull(model);
        var scene = model.Scene;
        return new ModelCandidate
        {
            Target = Name,
            Scope = ChampionStore.ScopeOf(scene),
            Trainer = "physics+histogram",
            DataFromUs = fromUs,
            DataToUs = toUs,
            DataOrigin = origin,
            Rows = model.Report.Rows,
            Features = LatencyFeatures.Names,
            Seed = model.Report.Seed,
            Parameters = model.Report.Parameters,
            Metrics = new SortedDictionary<string, IReadOnlyDictionary<string, double>>(
                model.Report.Groups.ToDictionary(g => g.Key, g => (IReadOnlyDictionary<string, double>)MetricsOf(g.Value), StringComparer.Ordinal), StringComparer.Ordinal),
            GateFailures = GateFailures(model),
            Use = $"How long one prefill or decode step of {scene.Model} takes on {scene.Device} (tp {scene.TensorParallel}{(scene.Stack is null ? "" : ", " + scene.Stack)}) by units, work and what runs beside it: median, p95 and a 90 % interval. "
                + "Learned from logged steps alone. Outside of the sampled ranges a physical law carries it and its interval grows; on another device or model only that law is kept.",
            Save = path => LatencyModelFile.Save(model, path),
        };
    }

    private static Dictionary<string, double> MetricsOf(LatencyMetrics metrics)
    {
        var all = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["rows"] = metrics.Rows, ["mape"] = metrics.Mape, ["median_ape"] = metrics.MedianApe, ["law_mape"] = metrics.LawMape, ["coverage"] = metrics.Coverage,
            ["below_p95"] = metrics.BelowP95, ["mean_width"] = metrics.MeanWidth,
        };
        if (metrics.Kept)
        {
            all["kept"] = 1;
        }

        if (metrics is { FreshMape: { } fresh, RivalMape: { } rival, FreshLog: { } freshLog, RivalLog: { } rivalLog })
        {
            (all["fresh_mape"], all["champion_fresh_mape"]) = (fresh, rival);
            (all["fresh_factor"], all["champion_fresh_factor"]) = (Math.Exp(freshLog), Math.Exp(rivalLog));
        }

        return all;
    }
}
