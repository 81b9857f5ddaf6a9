using RapidTuner.Core;
using RapidTuner.Core.Samples;

namespace RapidTuner.Learning.Latency;

/// <summary>
/// Learns a <see cref="LatencyModel"/> from step samples: law, trees of its log-residual, intervals from blocks of time held out in
/// turn. Samples are streamed; what is kept is bounded. The result depends on samples, options and seed alone.
/// </summary>
public static class LatencyTrainer
{
    /// <summary>Rounds in which the laws of both phases are fitted, each given the other's.</summary>
    private const int LawRounds = 2;

    /// <summary>Fits both phases.</summary>
    /// <param name="scene">Device and model that the samples are of; samples of another count of units are skipped.</param>
    /// <param name="samples">Steps, in any order.</param>
    /// <param name="options">How.</param>
    /// <param name="clock">Measures how long it takes.</param>
    /// <param name="rival">
    /// The model that this one is to replace, scored on steps that it has not seen; null: none. Of the same scene, its law is what is believed before the samples, and its part of a
    /// phase stays where it predicts that phase better and the other one is learned better.
    /// </param>
    /// <param name="cancel">Ends the fit between two trees.</param>
    /// <exception cref="Core.Errors.BadInputException">An option is out of range.</exception>
    public static LatencyModel Fit(
        LatencyScene scene, IEnumerable<StepSample> samples, LatencyFitOptions options, TimeProvider clock, LatencyRival? rival = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        options.Check();
        var started = clock.GetTimestamp();
        var kept = new LatencyRows(scene.Units, options.RowsMax, options.Seed);
        foreach (var sample in samples)
        {
            cancel.ThrowIfCancellationRequested();
            kept.Add(in sample);
        }

        var (prefill, decode) = (kept.Of(Phase.Prefill), kept.Of(Phase.Decode));
        var (prefillWeights, decodeWeights) = (WeightsOf(prefill, options.HalfLifeS), WeightsOf(decode, options.HalfLifeS));
        var known = rival?.Model.Scene == scene ? rival.Model : LatencyModel.Prior(scene);
        double[] prefillLaw = [.. known.Of(Phase.Prefill).Constants], decodeLaw = [.. known.Of(Phase.Decode).Constants];
        for (var round = 0; round < LawRounds; round++)
        {
            prefillLaw = Law(Phase.Prefill, prefill, prefillWeights, decodeLaw);
            decodeLaw = Law(Phase.Decode, decode, decodeWeights, prefillLaw);
        }

        var groups = new SortedDictionary<string, LatencyMetrics>(StringComparer.Ordinal);
        var prefillPhase = FitOf(Phase.Prefill).Run(groups, cancel);
        var decodePhase = FitOf(Phase.Decode).Run(groups, cancel);
        var (prefillWorse, decodeWorse) = (groups.Any(g => IsOf(Phase.Prefill, g.Key) && g.Value.Worse), groups.Any(g => IsOf(Phase.Decode, g.Key) && g.Value.Worse));
        if (rival?.Model.Scene == scene && prefillWorse != decodeWorse)
        {
            // The better part alone takes over; it is fitted anew beside the other's law, for what a step suffers depends on what the other demands.
            var stays = prefillWorse ? Phase.Prefill : Phase.Decode;
            (prefillLaw, decodeLaw) = prefillWorse ? (rival.Model.Of(stays).Constants, decodeLaw) : (prefillLaw, rival.Model.Of(stays).Constants);
            (prefillPhase, decodePhase) = prefillWorse
                ? (FitOf(stays).Keep(groups), FitOf(Phase.Decode).Run(groups, cancel))
                : (FitOf(Phase.Prefill).Run(groups, cancel), FitOf(stays).Keep(groups));
        }

        var report = new LatencyReport
        {
            Rows = prefill.Length + decode.Length,
            Skipped = kept.Skipped,
            SeqLast = prefill.Concat(decode).Select(r => r.Seq).DefaultIfEmpty(0).Max(),
            Seed = options.Seed,
            FitS = clock.GetElapsedTime(started).TotalSeconds,
            Groups = groups,
            Parameters = new SortedDictionary<string, double>(StringComparer.Ordinal)
            {
                ["trees_max"] = options.Trees, ["leaves"] = options.Leaves, ["learning_rate"] = options.LearningRate, ["leaf_rows_min"] = options.LeafRowsMin,
                ["rows_max"] = options.RowsMax, ["blocks"] = options.Blocks, ["prefill_trees"] = prefillPhase.Trees?.Trees ?? 0, ["decode_trees"] = decodePhase.Trees?.Trees ?? 0,
            },
        };
        return new LatencyModel(scene, prefillPhase, decodePhase, report);

        double[] Law(Phase phase, LatencyRow[] rows, double[] weights, double[] other) =>
            rows.Length < Math.Max(1, options.TreeRowsMin / 10) ? [.. StepLawConstants.Prior] : StepLawFit.Fit(scene, rows, weights, other, known.Of(phase).Constants);

        PhaseFit FitOf(Phase phase) => new(
            new LatencyModel(scene, PhaseLatency.Prior with { Constants = prefillLaw }, PhaseLatency.Prior with { Constants = decodeLaw }, new LatencyReport()),
            phase,
            phase == Phase.Prefill ? prefill : decode,
            phase == Phase.Prefill ? prefillWeights : decodeWeights,
            options,
            rival);
    }

    private static bool IsOf(Phase phase, string group) => group.StartsWith(phase.ToString(), StringComparison.OrdinalIgnoreCase);

    /// <summary>Recency weights, scaled to a mean of 1.</summary>
    private static double[] WeightsOf(LatencyRow[] rows, double halfLifeS)
    {
        if (rows.Length == 0 || double.IsInfinity(halfLifeS))
        {
            return [.. Enumerable.Repeat(1.0, rows.Length)];
        }

        var weights = Array.ConvertAll(rows, row => Math.Pow(2, (row.EndS - rows[^1].EndS) / halfLifeS));
        var mean = weights.Average();
        return Array.ConvertAll(weights, w => w / mean);
    }
}
