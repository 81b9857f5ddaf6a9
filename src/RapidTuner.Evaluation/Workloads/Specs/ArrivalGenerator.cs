using RapidTuner.Core.Numerics;

namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>Arrival times of a component.</summary>
internal static class ArrivalGenerator
{
    /// <summary>Tries to fit a step's gaps into it; chosen: most steps fit within three.</summary>
    private const int TriesMax = 16;

    /// <summary>Arrivals in order, seconds from the start.</summary>
    public static List<double> Generate(RateCurve curve, GapSource gaps, Rng rng)
    {
        var arrivalsS = new List<double>((int)(curve.Total * 1.05) + 16);
        if (curve.Total <= 0)
        {
            return arrivalsS;
        }

        if (gaps.ByStep)
        {
            FillSteps(curve, gaps, rng, arrivalsS);
        }
        else
        {
            Run(curve, gaps, rng, arrivalsS);
        }

        return arrivalsS;
    }

    /// <summary>Gaps are drawn in load time, where the rate is 1, one after the other, and mapped through the rate curve.</summary>
    private static void Run(RateCurve curve, GapSource gaps, Rng rng, List<double> arrivalsS)
    {
        // The trace starts somewhere within a gap.
        var step = curve.StepAt(0, 0);
        var load = rng.NextDouble() * gaps.Draw(rng);
        while (load < curve.Total)
        {
            step = curve.StepAt(load, step);
            arrivalsS.Add(curve.TimeS(load, step));
            load += gaps.Draw(rng);
        }
    }

    /// <summary>Each step gets its own number of requests, so that no long pause swallows what the curve has behind it.</summary>
    private static void FillSteps(RateCurve curve, GapSource gaps, Rng rng, List<double> arrivalsS)
    {
        double[] placesS = [];
        for (var step = 0; step < curve.Steps; step++)
        {
            var count = Draws.Rounded(rng, curve.Requests(step));
            if (count == 0)
            {
                continue;
            }

            placesS = count > placesS.Length ? new double[count * 2] : placesS;
            var places = placesS.AsSpan(0, count);
            var startS = curve.StartS(step);
            if (gaps.InSeconds)
            {
                Pause(gaps, curve.RatePerS(step), curve.WidthS(step), arrivalsS.Count > 0 ? startS - arrivalsS[^1] : double.PositiveInfinity, places, rng);
            }
            else
            {
                Stretch(gaps, curve.RatePerS(step), curve.WidthS(step), places, rng);
            }

            foreach (var placeS in places)
            {
                arrivalsS.Add(startS + placeS);
            }
        }
    }

    /// <summary>A steady stream: the gaps are stretched to fill the step and turned by a random phase.</summary>
    private static void Stretch(GapSource gaps, double ratePerS, double widthS, Span<double> places, Rng rng)
    {
        var sum = 0.0;
        foreach (ref var place in places)
        {
            place = sum += gaps.Draw(ratePerS, rng);
        }

        var phase = rng.NextDouble();
        foreach (ref var place in places)
        {
            var turned = (sum > 0 ? place / sum : 0) + phase;
            place = (turned - Math.Floor(turned)) * widthS;
        }

        places.Sort();
    }

    /// <summary>
    /// Bursts: gaps keep their length, and what is left of the step is a pause around them. Where the last request came
    /// shortly before the step (<paramref name="sinceS"/>), they go on where it left off.
    /// </summary>
    private static void Pause(GapSource gaps, double ratePerS, double widthS, double sinceS, Span<double> places, Rng rng)
    {
        var usedS = Fit(gaps, ratePerS, widthS, places, rng);
        var nextS = gaps.Draw(ratePerS, rng) - sinceS;
        var startS = nextS > 0 && nextS <= widthS - usedS ? nextS : rng.NextDouble() * (widthS - usedS);
        foreach (ref var place in places)
        {
            place += startS;
        }
    }

    /// <summary>Draws gaps until they fit into the step; after some tries the last ones are shrunk to it.</summary>
    /// <returns>Time from the first to the last, seconds.</returns>
    private static double Fit(GapSource gaps, double ratePerS, double widthS, Span<double> places, Rng rng)
    {
        places[0] = 0;
        for (var attempt = 0; attempt < TriesMax; attempt++)
        {
            var atS = 0.0;
            for (var i = 1; i < places.Length; i++)
            {
                places[i] = atS += gaps.Draw(ratePerS, rng);
            }

            if (atS <= widthS)
            {
                return atS;
            }
        }

        var shrink = widthS / places[^1];
        foreach (ref var place in places)
        {
            place *= shrink;
        }

        return places[^1];
    }
}
