using System.Globalization;
using RapidTuner.Core.Errors;
using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Workloads.Transforms;

/// <summary>A part of a trace, in shares of its duration: for training on the earlier part and testing on the later.</summary>
/// <param name="From">Start, share of the duration, 0 to 1, included.</param>
/// <param name="To">End, share of the duration, above <paramref name="From"/> up to 1; excluded unless it is 1.</param>
public readonly record struct TraceWindow(double From, double To)
{
    /// <summary>The whole trace.</summary>
    public static TraceWindow Whole { get; } = new(0, 1);

    /// <summary>Reads <c>A:B</c>; either side may be left out and then is the trace's start or end.</summary>
    /// <exception cref="BadInputException">It is no window.</exception>
    public static TraceWindow Parse(string text)
    {
        var parts = text.Split(':');
        if (parts.Length == 2 && Share(parts[0], 0, out var from) && Share(parts[1], 1, out var to) && from >= 0 && from < to && to <= 1)
        {
            return new TraceWindow(from, to);
        }

        throw new BadInputException("--window", $"is `{text}`", "give A:B in shares of the trace's duration, 0 ≤ A < B ≤ 1, such as 0.5:1");
    }

    /// <summary>The requests of the window, counted from its start.</summary>
    /// <exception cref="BadInputException">No request arrives in it.</exception>
    public Trace Of(Trace trace)
    {
        if (this == Whole)
        {
            return trace;
        }

        var firstS = trace.Requests.Length == 0 ? 0 : trace.Requests[0].ArrivalS;
        var startS = From * trace.SpanS;
        var endS = To * trace.SpanS;

        // A trace of one instant stands at its own start.
        var instant = trace.SpanS <= 0;
        var closed = To >= 1 || instant;
        var kept = new List<TraceRequest>();
        foreach (var request in trace.Requests)
        {
            var atS = request.ArrivalS - firstS;
            if ((instant ? From <= 0 : atS >= startS) && (closed || atS < endS))
            {
                kept.Add(request with { ArrivalS = atS - startS });
            }
        }

        return kept.Count > 0
            ? trace with { Requests = [.. kept] }
            : throw new BadInputException("--window", $"{From}:{To} of {trace.Name} is empty", "give a window in which requests arrive");
    }

    private static bool Share(string text, double missing, out double share)
    {
        share = missing;
        return text.Length == 0 || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out share);
    }
}
