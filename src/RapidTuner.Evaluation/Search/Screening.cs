using RapidTuner.Evaluation.Replay;

namespace RapidTuner.Evaluation.Search;

/// <summary>
/// Ranks settings by a cheap score, axis by axis around the best so far, within a budget that is the same for every policy
/// (COMPARISON §2). Settings of one pass are scored in parallel and compared in a fixed order.
/// </summary>
internal sealed class Screening
{
    /// <summary>Most settings that may be scored. Chosen: the twelve pairs of order and chunk, as many shares or margins, and as many of a third axis, with room to refine.</summary>
    public const int Budget = 45;

    /// <summary>Settings that go on to a full search.</summary>
    public const int Finalists = 3;

    /// <summary>A setting that is sure to attain this much less than the best so far is given up, share of requests.</summary>
    public const double Hopeless = 0.02;

    // An ordered axis is first tried at no more than this many values.
    private const int CoarseValues = 8;

    private readonly Func<Setting, double, double> _score;
    private readonly CancellationToken _cancel;
    private readonly Dictionary<Setting, double> _scores = [];
    private readonly List<Setting> _tried = [];

    private Screening(Func<Setting, double, double> score, CancellationToken cancel)
    {
        _score = score;
        _cancel = cancel;
    }

    /// <summary>Settings scored, best first; equal scores in the order in which they were tried.</summary>
    /// <param name="start">The fixed setting; always scored.</param>
    /// <param name="axes">What may be chosen.</param>
    /// <param name="score">
    /// Higher is better. Gets the best score so far as well: what is sure to stay <see cref="Hopeless"/> below it need not be finished, and
    /// scores below 0. Must be safe from several threads.
    /// </param>
    /// <param name="cancel">Ends it.</param>
    public static IReadOnlyList<Setting> Rank(Setting start, IReadOnlyList<Axis> axes, Func<Setting, double, double> score, CancellationToken cancel)
    {
        var screening = new Screening(score, cancel);
        screening.Try([start]);
        int tried;
        do
        {
            tried = screening._tried.Count;
            foreach (var axis in axes)
            {
                screening.Walk(axis);
            }
        }
        while (screening._tried.Count > tried && screening._tried.Count < Budget);
        return [.. screening.Ranked()];
    }

    private IEnumerable<Setting> Ranked() => _tried.OrderByDescending(s => _scores[s]);

    private Setting Best() => Ranked().First();

    private void Walk(Axis axis)
    {
        if (!axis.Ordered || axis.Values.Count <= CoarseValues)
        {
            var around = Best();
            Try(axis.Values.Select(v => v(around)));
            return;
        }

        var stride = (axis.Values.Count + CoarseValues - 1) / CoarseValues;
        Try(Enumerable.Range(0, axis.Values.Count).Where(i => i % stride == stride / 2).Select(i => axis.Values[i](Best())).ToArray());
        while (stride > 1)
        {
            stride = (stride + 1) / 2;
            var best = Best();
            var at = IndexOf(axis, best);
            if (at < 0)
            {
                return;
            }

            int[] neighbours = [at - stride, at + stride];
            Try(neighbours.Where(i => i >= 0 && i < axis.Values.Count).Select(i => axis.Values[i](best)));
            if (stride == 1)
            {
                return;
            }
        }
    }

    private static int IndexOf(Axis axis, Setting setting)
    {
        for (var i = 0; i < axis.Values.Count; i++)
        {
            if (axis.Values[i](setting) == setting)
            {
                return i;
            }
        }

        return -1;
    }

    private void Try(IEnumerable<Setting> settings)
    {
        var fresh = settings.Distinct().Where(s => !_scores.ContainsKey(s)).Take(Budget - _tried.Count).ToArray();
        var scores = new double[fresh.Length];
        var best = _tried.Count == 0 ? 0 : _scores[Best()];
        ParallelLoop.For(fresh.Length, i => scores[i] = _score(fresh[i], best), _cancel);
        for (var i = 0; i < fresh.Length; i++)
        {
            _scores[fresh[i]] = scores[i];
            _tried.Add(fresh[i]);
        }
    }
}
