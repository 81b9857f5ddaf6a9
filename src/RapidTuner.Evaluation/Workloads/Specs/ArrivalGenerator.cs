using RapidTuner.Core.Numerics;

namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>Arrival times of a component: gaps are drawn in load time, one after the other, and mapped through the rate curve.</summary>
internal static class ArrivalGenerator
{
    /// <summary>Arrivals in order, seconds from the start.</summary>
    public static List<double> Generate(RateCurve curve, GapSource gaps, Rng rng)
    {
        var arrivalsS = new List<double>((int)(curve.Total * 1.05) + 16);
        if (curve.Total <= 0)
        {
            return arrivalsS;
        }

        // The trace starts somewhere within a gap.
        var step = curve.StepAt(0, 0);
        var load = rng.NextDouble() * gaps.Draw(curve.RatePerS(step), rng);
        while (load < curve.Total)
        {
            step = curve.StepAt(load, step);
            arrivalsS.Add(curve.TimeS(load, step));
            load += gaps.Draw(curve.RatePerS(step), rng);
        }

        return arrivalsS;
    }
}
