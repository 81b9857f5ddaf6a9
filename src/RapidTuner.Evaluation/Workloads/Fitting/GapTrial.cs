using RapidTuner.Core.Numerics;
using RapidTuner.Evaluation.Workloads.Describing;
using RapidTuner.Evaluation.Workloads.Specs;

namespace RapidTuner.Evaluation.Workloads.Fitting;

/// <summary>Draws arrivals on trial and corrects the gap tables until the gaps in seconds agree with the original's.</summary>
internal sealed class GapTrial
{
    /// <summary>Points at which trial and original quantiles are compared; classes with fewer gaps are not corrected.</summary>
    private const int Points = 100;

    /// <summary>Part of a correction that is made in the first round; less than all, since classes act on each other.</summary>
    private const double Damping = 0.6;

    /// <summary>Part of the damping that the next round has, so that corrections die out instead of chasing noise.</summary>
    private const double Decay = 0.85;

    /// <summary>Traces of a trial at most: a trace of few requests has no fine distribution to find.</summary>
    private const int TracesMax = 100;

    private const ulong TrialSeed = 1;

    private readonly RateCurve _curve;
    private readonly double[] _limits;
    private readonly string _unit;
    private readonly double _stampS;
    private readonly double[] _allS;
    private readonly double[][] _byClassS;
    private readonly double[] _meanGapS;
    private readonly double[][] _tables;

    /// <summary>Takes the arrivals of the original, in order.</summary>
    public GapTrial(RateCurve curve, double[] limits, double[] arrivalsS, string unit, double stampS)
    {
        (_curve, _limits, _unit, _stampS) = (curve, limits, unit, stampS);
        (_allS, _byClassS) = Measure([arrivalsS]);
        _meanGapS = Array.ConvertAll(_byClassS, gaps => unit == GapSource.Seconds || gaps.Length == 0 ? 1 : Math.Max(1e-9, gaps.Average()));
        _tables = [.. _byClassS.Select((gaps, at) => gaps.Length == 0 ? [1.0] : Array.ConvertAll(gaps, gapS => gapS / _meanGapS[at]))];
    }

    /// <summary>The best of some rounds of correction, and how far its gaps are from the original's.</summary>
    public (GapSpec Gaps, double Distance) Correct(int rounds, int gapsMin, double tolerance)
    {
        var (best, least) = (new GapSpec(), double.PositiveInfinity);
        for (var round = 0; round <= rounds; round++)
        {
            var spec = new GapSpec { RateLimits = _limits, Unit = _unit, Classes = [.. _tables.Select(table => CdfFitter.Positive(table, tolerance))] };
            var (allS, byClassS) = Draw(spec, gapsMin);
            var distance = TwoSample.KolmogorovSmirnov(allS, _allS).Distance;
            if (distance < least)
            {
                (best, least) = (spec, distance);
            }

            // In turn: each class by its own gaps, then all classes by all gaps, those across steps among them.
            var damping = Damping * Math.Pow(Decay, round);
            for (var at = 0; at < _tables.Length; at++)
            {
                _tables[at] = round % 2 == 0 ? Corrected(at, byClassS[at], damping) : Corrected(at, allS, _allS, damping);
            }
        }

        return (best, least);
    }

    /// <summary>Gaps of enough generated traces.</summary>
    private (double[] All, double[][] ByClass) Draw(GapSpec spec, int gapsMin)
    {
        var source = new GapSource(spec);
        var rng = new Rng(TrialSeed, "trial");
        var traces = new List<IReadOnlyList<double>>();
        for (var drawn = 0; drawn < gapsMin && traces.Count < TracesMax; drawn += Math.Max(1, traces[^1].Count))
        {
            var arrivalsS = ArrivalGenerator.Generate(_curve, source, rng);
            for (var i = 0; i < arrivalsS.Count && _stampS > 0; i++)
            {
                arrivalsS[i] = Math.Floor(arrivalsS[i] / _stampS) * _stampS;
            }

            traces.Add(arrivalsS);
        }

        return Measure(traces);
    }

    /// <summary>
    /// Gaps to the microsecond, sorted: all of them, and those of each class of rates. Gaps in seconds are drawn for requests of
    /// one step only; a pause between two steps is nobody's gap.
    /// </summary>
    private (double[] All, double[][] ByClass) Measure(IReadOnlyList<IReadOnlyList<double>> traces)
    {
        var allS = new List<double>();
        var byClassS = Enumerable.Range(0, _limits.Length + 1).Select(_ => new List<double>()).ToArray();
        foreach (var arrivalsS in traces)
        {
            for (var i = 0; i + 1 < arrivalsS.Count; i++)
            {
                var gapS = Math.Round(arrivalsS[i + 1] - arrivalsS[i], 6);
                allS.Add(gapS);
                var step = _curve.StepOf(arrivalsS[i]);
                if (_unit == GapSource.MeanGap || step == _curve.StepOf(arrivalsS[i + 1]))
                {
                    byClassS[GapSource.ClassOf(_limits, _curve.RatePerS(step))].Add(gapS);
                }
            }
        }

        return ([.. allS.Order()], Array.ConvertAll(byClassS, gaps => gaps.Order().ToArray()));
    }

    /// <summary>Each quantile of a table is moved by the ratio of the original's to the trial's; gaps of 0 become or cease to be 0.</summary>
    private double[] Corrected(int at, double[] trialS, double damping)
    {
        var (table, targetS) = (_tables[at], _byClassS[at]);
        if (trialS.Length < Points || targetS.Length < Points)
        {
            return table;
        }

        var corrected = new double[table.Length];
        for (var i = 0; i < table.Length; i++)
        {
            var u = (i + 0.5) / table.Length;
            var (has, wants) = (Quantile(trialS, u), Quantile(targetS, u));
            corrected[i] = (has > 0, wants > 0) switch
            {
                (true, true) => table[i] * Math.Pow(Math.Clamp(wants / has, 0.2, 5), damping),
                (true, false) => table[i] * (1 - damping),
                (false, true) => table[i] + (damping * wants / _meanGapS[at]),
                _ => table[i],
            };
        }

        Array.Sort(corrected);
        return corrected;
    }

    /// <summary>Each gap of a table is moved by what the original's gaps are at the rank that the gap has among the trial's.</summary>
    private double[] Corrected(int at, double[] trialS, double[] targetS, double damping)
    {
        var unitS = _unit == GapSource.Seconds ? 1 : _meanGapS[at];
        var corrected = Array.ConvertAll(_tables[at], gap =>
        {
            var has = gap * unitS;
            var wants = Quantile(targetS, Rank(trialS, has));
            return has > 0 && wants > 0 ? gap * Math.Pow(Math.Clamp(wants / has, 0.2, 5), damping) : gap;
        });
        Array.Sort(corrected);
        return corrected;
    }

    private static double Rank(double[] sorted, double value)
    {
        var above = Array.BinarySearch(sorted, value);
        above = above >= 0 ? above : ~above;
        return Math.Clamp((above + 0.5) / sorted.Length, 0, 1);
    }

    private static double Quantile(double[] sorted, double u)
    {
        var at = Math.Clamp((u * sorted.Length) - 0.5, 0, sorted.Length - 1);
        var below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + ((at - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}
