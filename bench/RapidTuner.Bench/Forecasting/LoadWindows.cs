using RapidTuner.Core.Workload;
using RapidTuner.Learning.Forecasting;

namespace RapidTuner.Bench.Forecasting;

/// <summary>A trace as one-second windows.</summary>
internal static class LoadWindows
{
    /// <summary>Time between a request's output tokens, seconds: chosen, since a trace says nothing of it.</summary>
    public const double TokenS = 0.05;

    /// <summary>Values of a series per second. Output tokens are spread from the arrival on, one every <see cref="TokenS"/>.</summary>
    public static double[] Of(Trace trace, LoadSeries series)
    {
        var origin = trace.Requests[0].ArrivalS;
        var values = new double[(int)Math.Ceiling(trace.Requests[^1].ArrivalS - origin)];
        foreach (var request in trace.Requests)
        {
            var atS = request.ArrivalS - origin;
            if (series == LoadSeries.OutputTokens)
            {
                Spread(values, atS, request.OutputTokens);
            }
            else if ((int)atS < values.Length)
            {
                values[(int)atS] += series == LoadSeries.Requests ? 1 : request.PromptTokens;
            }
        }

        return values;
    }

    private static void Spread(double[] values, double atS, int tokens)
    {
        for (var second = (int)atS; second < values.Length && second < atS + (tokens * TokenS); second++)
        {
            values[second] += (Math.Min(second + 1, atS + (tokens * TokenS)) - Math.Max(second, atS)) / TokenS;
        }
    }
}
