using System.Numerics;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;
using RapidTuner.Evaluation.Statistics;
using RapidTuner.Learning.Registry;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>One pass over a log's step samples: latency over units, contention, and how well predictors say them.</summary>
/// <param name="twin">The twin of the log's device and model.</param>
/// <param name="champions">Latency models that are scored beside it.</param>
/// <param name="fromUs">The log's start, Unix microseconds.</param>
/// <param name="spanUs">Its length, microseconds.</param>
internal sealed class StepPass(IStepLatency twin, IReadOnlyList<LatencyChampion> champions, long fromUs, long spanUs)
{
    private const string Twin = "twin";
    // A latency model says nothing of a step that ran beside the other phase for a part of its time.
    private const int AloneE4Max = 200;
    private const double MostlyBeside = 0.9;
    private const int ShareBins = 8;

    private readonly SortedDictionary<(Phase Phase, int Work, int Units, bool Beside), Reservoir> _latency = [];
    private readonly SortedDictionary<(int Share, int Batch), Reservoir> _contention = [];
    private readonly PredictorPass _predictors = new(fromUs, spanUs);
    private readonly Rng _rng = new(1, "analysis steps");

    /// <summary>Steps seen.</summary>
    public long Count { get; private set; }

    /// <summary>Latency over units, where at least 5 samples stand behind a point.</summary>
    public IReadOnlyList<UnitCurvePoint> Curves =>
    [
        .. _latency.Where(c => c.Value.Seen >= 5).Select(c =>
        {
            var (measured, predicted) = (c.Value.Measured(), c.Value.Predicted());
            return new UnitCurvePoint(
                c.Key.Phase, Middle(c.Key.Work), c.Key.Units, c.Key.Beside, Rank(measured, 50), Rank(measured, 10), Rank(measured, 90), c.Value.Seen, Rank(predicted, 50));
        }),
    ];

    /// <summary>Contention factors of decode, where at least 5 samples stand behind one.</summary>
    public IReadOnlyList<ContentionCell> Contention =>
    [
        .. _contention.Where(c => c.Value.Seen >= 5).Select(c => new ContentionCell(
            (c.Key.Share + 0.5) / ShareBins, Least(c.Key.Batch), Most(c.Key.Batch), Rank(c.Value.Ratios(), 50), c.Value.Seen)),
    ];

    /// <summary>How well the twin and the latency models did, in stretches of time.</summary>
    public IReadOnlyList<PredictorScore> Scores => _predictors.Scores;

    /// <summary>Reads all steps of a log.</summary>
    public static StepPass Over(Log log, IStepLatency twin, IReadOnlyList<LatencyChampion> champions, CancellationToken cancel)
    {
        var pass = new StepPass(twin, champions, log.FromUs, Math.Max(1, log.ToUs - log.FromUs));
        foreach (var step in log.Steps())
        {
            cancel.ThrowIfCancellationRequested();
            pass.Add(in step);
        }

        return pass;
    }

    /// <summary>Median of measured / twin over all steps of a phase; 1 when there are none.</summary>
    public double FactorOf(Phase phase) => _predictors.FactorOf(Twin, phase);

    /// <summary>Takes a step in; fused and empty ones are passed over.</summary>
    public void Add(in StepRecord step)
    {
        Count++;
        var sample = step.ToSample();
        if (step.Phase == Phase.Hybrid || step.DurationUs <= 0 || step.Units <= 0 || sample.Work.Sequences == 0)
        {
            return;
        }

        var measuredS = Micros.ToS(step.DurationUs);
        var alone = twin.AloneS(step.Phase, sample.Work, step.Units);
        var together = step.BesideUnits > 0 && sample.Beside.Sequences > 0 ? twin.BesideS(step.Phase, sample.Work, step.Units, sample.Beside, step.BesideUnits) : alone;
        var predictedS = alone + (Micros.ShareFromE4(step.BesideShareE4) * (together - alone));
        if (!(predictedS > 0) || !double.IsFinite(predictedS))
        {
            return;
        }

        var beside = Micros.ShareFromE4(step.BesideShareE4) >= MostlyBeside;
        var work = Bin(step.Phase == Phase.Prefill ? step.PrefillNewTokens : step.DecodeSequences);
        if (beside || step.BesideShareE4 == 0)
        {
            Of(_latency, (step.Phase, work, step.Units, beside)).Add(measuredS, predictedS, _rng);
        }

        if (beside && step.Phase == Phase.Decode && step.DeviceUnits > 0)
        {
            var share = Math.Min(ShareBins - 1, ShareBins * step.BesideUnits / step.DeviceUnits);
            Of(_contention, (share, work)).Add(measuredS, alone, _rng);
        }

        _predictors.Add(Twin, step.Phase, step.EndUs, measuredS, predictedS);
        if (beside || step.BesideShareE4 <= AloneE4Max)
        {
            foreach (var champion in champions)
            {
                if (champion.Model.Scene.Units != step.DeviceUnits)
                {
                    continue;
                }

                var said = champion.Model.Estimate(step.Phase, sample.Work, step.Units, beside ? sample.Beside : default, beside ? step.BesideUnits : 0);
                _predictors.Add(NameOf(champion), step.Phase, step.EndUs, measuredS, in said);
            }
        }
    }

    private static string NameOf(LatencyChampion champion) => champion.Kind switch
    {
        ChampionKind.Exact => champion.Id,
        ChampionKind.Nearest => $"{champion.Id}, scaled",
        _ => "prior",
    };

    private static Reservoir Of<TKey>(SortedDictionary<TKey, Reservoir> all, TKey key)
        where TKey : notnull
    {
        if (!all.TryGetValue(key, out var found))
        {
            all[key] = found = new Reservoir();
        }

        return found;
    }

    private static int Bin(int value) => BitOperations.Log2((uint)Math.Max(1, value));

    private static int Least(int bin) => 1 << bin;

    private static int Most(int bin) => (2 << bin) - 1;

    private static int Middle(int bin) => (int)(1.5 * (1 << bin));

    // Never asked of nothing.
    private static double Rank(double[] sorted, int percent) => NearestRank.Of(sorted, percent)!.Value;
}
