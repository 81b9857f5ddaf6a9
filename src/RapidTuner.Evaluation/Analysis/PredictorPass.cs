using RapidTuner.Core;
using RapidTuner.Core.Numerics;
using RapidTuner.Evaluation.Statistics;
using RapidTuner.Learning.Latency;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>Scores predictors of a step's latency, stretch by stretch of a log.</summary>
/// <param name="fromUs">The log's start, Unix microseconds.</param>
/// <param name="spanUs">Its length, microseconds.</param>
internal sealed class PredictorPass(long fromUs, long spanUs)
{
    private const int Stretches = 12;

    private readonly SortedDictionary<string, SortedDictionary<(Phase Phase, int Stretch), Score>> _scores = new(StringComparer.Ordinal);
    private readonly Rng _rng = new(1, "analysis predictors");

    /// <summary>The scores, by predictor, phase and time.</summary>
    public IReadOnlyList<PredictorScore> Scores =>
    [
        .. from predictor in _scores
           from score in predictor.Value
           select score.Value.Of(predictor.Key, score.Key.Phase == Phase.Prefill ? "prefill" : "decode", Micros.ToS(spanUs) * score.Key.Stretch / Stretches),
    ];

    /// <summary>Takes in what a predictor without intervals said of a step.</summary>
    public void Add(string predictor, Phase phase, long endUs, double measuredS, double predictedS) =>
        At(predictor, phase, endUs).Add(measuredS, predictedS, _rng);

    /// <summary>Takes in what a predictor with intervals said of a step.</summary>
    public void Add(string predictor, Phase phase, long endUs, double measuredS, in LatencyEstimate predicted) =>
        At(predictor, phase, endUs).Add(measuredS, in predicted, _rng);

    /// <summary>Median of measured / predicted over all stretches of a phase; 1 when there are none.</summary>
    public double FactorOf(string predictor, Phase phase)
    {
        return _scores.TryGetValue(predictor, out var scores)
            ? NearestRank.Of([.. scores.Where(s => s.Key.Phase == phase).SelectMany(s => s.Value.Ratios()).Order()], 50) ?? 1
            : 1;
    }

    private Score At(string predictor, Phase phase, long endUs)
    {
        var stretch = (int)Math.Clamp((endUs - fromUs) * Stretches / Math.Max(1, spanUs), 0, Stretches - 1);
        if (!_scores.TryGetValue(predictor, out var scores))
        {
            _scores[predictor] = scores = [];
        }

        if (!scores.TryGetValue((phase, stretch), out var found))
        {
            scores[(phase, stretch)] = found = new Score();
        }

        return found;
    }

    private sealed class Score
    {
        private readonly Reservoir _kept = new();
        private long _belowMedian;
        private long _inside;
        private long _belowP95;
        private bool _hasIntervals;

        public double[] Ratios() => _kept.Ratios();

        public void Add(double measuredS, double predictedS, Rng rng)
        {
            _kept.Add(measuredS, predictedS, rng);
            _belowMedian += measuredS < predictedS ? 1 : 0;
        }

        public void Add(double measuredS, in LatencyEstimate predicted, Rng rng)
        {
            Add(measuredS, predicted.P50S, rng);
            _hasIntervals = true;
            _inside += measuredS >= predicted.LowS && measuredS <= predicted.HighS ? 1 : 0;
            _belowP95 += measuredS <= predicted.P95S ? 1 : 0;
        }

        public PredictorScore Of(string predictor, string phase, double fromS)
        {
            var ratios = _kept.Ratios();
            double[] errors = [.. ratios.Select(x => Math.Abs((1 / x) - 1)).Order()];
            return new PredictorScore(
                predictor, phase, fromS, Rank(ratios, 50) - 1, Rank(errors, 50), Rank(errors, 90), _kept.Seen,
                Rank(ratios, 5), Rank(ratios, 95), Share(_belowMedian), _hasIntervals ? Share(_inside) : null, _hasIntervals ? Share(_belowP95) : null);
        }

        private double Share(long count) => (double)count / _kept.Seen;

        // Never asked of nothing.
        private static double Rank(double[] sorted, int percent) => NearestRank.Of(sorted, percent)!.Value;
    }
}
