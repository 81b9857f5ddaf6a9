using RapidTuner.Learning.Registry;

namespace RapidTuner.Learning.Q;

/// <summary>Value functions of plans as targets of the registry: names, gate and what a candidate tells of itself.</summary>
public static class ValueTarget
{
    /// <summary>Name of the long-run value, what a planner looks at beyond its horizon.</summary>
    public const string Name = "plan_value";

    /// <summary>Name of the value of the next plan alone, a contextual bandit's.</summary>
    public const string NextPlan = "plan_reward";

    /// <summary>Scope of a value function for every device and model: its fields are scale-free.</summary>
    public const string AnyScope = "any";

    /// <summary>Fewest plans.</summary>
    private const int RowsMin = 1_000;

    /// <summary>Fewest held-out plans whose return is known.</summary>
    private const int HeldOutMin = 100;

    /// <summary>Least correlation of a value with what came of held-out states. Chosen: below, half the variance and more is noise to a planner.</summary>
    private const double CorrelationMin = 0.5;

    /// <summary>How much less than the champion's a successor's correlation may be: repeat noise.</summary>
    private const double CorrelationSlack = 0.02;

    /// <summary>What a value function fails at; none: it passes.</summary>
    /// <param name="model">It.</param>
    /// <param name="score">How it does on held-out plans.</param>
    /// <param name="champion">How the present champion does on the same; null: there is none.</param>
    public static IReadOnlyList<string> GateFailures(QModel model, ValueScore score, ValueScore? champion)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(score);
        var failures = new List<string>();
        if (model.Rows < RowsMin)
        {
            failures.Add($"{model.Rows} plans, at least {RowsMin} are needed");
        }

        if (score.Rows < HeldOutMin)
        {
            failures.Add($"{score.Rows} held-out plans of known return, at least {HeldOutMin} are needed");
        }
        else if (!(score.Correlation >= CorrelationMin))
        {
            failures.Add($"a correlation of {score.Correlation:F2} with what came of held-out plans, at least {CorrelationMin} is used");
        }
        else if (champion is not null && score.Correlation < champion.Correlation - CorrelationSlack)
        {
            failures.Add($"a correlation of {score.Correlation:F3} with what came of held-out plans, the champion's is {champion.Correlation:F3}");
        }

        return failures;
    }

    /// <summary>A value function as a candidate of the registry.</summary>
    /// <param name="model">It.</param>
    /// <param name="target"><see cref="Name"/> or <see cref="NextPlan"/>.</param>
    /// <param name="scope">For what; <see cref="AnyScope"/>: everything.</param>
    /// <param name="origin">Where its plans came from, for people.</param>
    /// <param name="score">How it does on held-out plans.</param>
    /// <param name="champion">How the present champion does on the same; null: there is none.</param>
    public static ModelCandidate Candidate(QModel model, string target, string scope, string origin, ValueScore score, ValueScore? champion)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(score);
        var heldOut = new SortedDictionary<string, double>(StringComparer.Ordinal)
        {
            ["rows"] = score.Rows, ["correlation"] = score.Correlation, ["correlation_within"] = score.Within, ["mean_value_s"] = score.MeanValueS, ["mean_return_s"] = score.MeanReturnS,
        };
        if (champion is not null)
        {
            heldOut["champion_correlation"] = champion.Correlation;
        }

        return new ModelCandidate
        {
            Target = target,
            Scope = scope,
            Trainer = "fitted-q+histogram",
            DataOrigin = origin,
            Rows = model.Rows,
            Features = model.Fields,
            Seed = model.Seed,
            Parameters = new SortedDictionary<string, double>(StringComparer.Ordinal) { ["beta_per_s"] = model.BetaPerS, ["iterations"] = model.Iterations, ["actions"] = model.Actions.Count },
            Metrics = new SortedDictionary<string, IReadOnlyDictionary<string, double>>(StringComparer.Ordinal) { ["held_out"] = heldOut },
            GateFailures = GateFailures(model, score, champion),
            Use = (target == Name
                    ? "What a state of the engine is worth to a planner beyond its horizon: requests that will be settled within their SLO, as seconds' worth of arrivals, discounted. "
                    : "Requests that will be settled within their SLO until the next plan, as seconds' worth of arrivals, by state and parameters. ")
                + "Learned from plans whose parameters were drawn by chance. It orders states; it is no forecast of goodput.",
            Save = model.Save,
        };
    }
}
