using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Workloads.Describing;

/// <summary>Series and figures that are taken from a trace.</summary>
internal static class TraceSeries
{
    private const double MinuteS = 60;
    private const int GapDecimals = 7;

    /// <summary>Times between arrivals, seconds, to the finest resolution of any source: differences of equal stamps are equal.</summary>
    public static double[] GapsS(Trace trace)
    {
        var gapsS = new double[Math.Max(0, trace.Requests.Length - 1)];
        for (var i = 0; i < gapsS.Length; i++)
        {
            gapsS[i] = Math.Round(trace.Requests[i + 1].ArrivalS - trace.Requests[i].ArrivalS, GapDecimals);
        }

        return gapsS;
    }

    /// <summary>Requests in each whole minute from the first arrival; of a trace shorter than one, all of them.</summary>
    public static double[] MinuteCounts(Trace trace) => Counts(trace, MinuteS);

    /// <summary>Requests in each whole step from the first arrival; of a trace shorter than one, all of them.</summary>
    public static double[] Counts(Trace trace, double stepS)
    {
        var counts = new double[Math.Max(1, (int)(trace.SpanS / stepS))];
        foreach (ref readonly var request in trace.Requests.AsSpan())
        {
            var at = (request.ArrivalS - trace.Requests[0].ArrivalS) / stepS;
            if (at < counts.Length)
            {
                counts[(int)at]++;
            }
        }

        return counts;
    }

    /// <summary>Rank correlation (Spearman) of prompt and output tokens; NaN when either is constant.</summary>
    public static double LengthCorrelation(Trace trace)
    {
        var prompts = Ranks(trace.Requests, request => request.PromptTokens);
        var outputs = Ranks(trace.Requests, request => request.OutputTokens);
        var mean = (trace.Requests.Length - 1) / 2.0;
        double joint = 0, prompt = 0, output = 0;
        for (var i = 0; i < prompts.Length; i++)
        {
            joint += (prompts[i] - mean) * (outputs[i] - mean);
            prompt += (prompts[i] - mean) * (prompts[i] - mean);
            output += (outputs[i] - mean) * (outputs[i] - mean);
        }

        return joint / Math.Sqrt(prompt * output);
    }

    /// <summary>Mean and coefficient of variation (population); NaN of nothing.</summary>
    public static (double Mean, double Cv) Moments(ReadOnlySpan<double> values)
    {
        var mean = 0.0;
        foreach (var value in values)
        {
            mean += value / values.Length;
        }

        var variance = 0.0;
        foreach (var value in values)
        {
            variance += (value - mean) * (value - mean) / values.Length;
        }

        return values.Length == 0 ? (double.NaN, double.NaN) : (mean, Math.Sqrt(variance) / mean);
    }

    private static double[] Ranks(TraceRequest[] requests, Func<TraceRequest, int> value)
    {
        var keys = Array.ConvertAll(requests, request => value(request));
        var order = new int[keys.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(keys, order);
        var ranks = new double[keys.Length];
        for (var start = 0; start < keys.Length;)
        {
            var end = start + 1;
            while (end < keys.Length && keys[end] == keys[start])
            {
                end++;
            }

            // Equal values share the mean of their ranks.
            for (var i = start; i < end; i++)
            {
                ranks[order[i]] = (start + end - 1) / 2.0;
            }

            start = end;
        }

        return ranks;
    }
}
