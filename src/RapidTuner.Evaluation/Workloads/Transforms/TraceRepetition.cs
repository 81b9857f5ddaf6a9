using RapidTuner.Core.Errors;
using RapidTuner.Core.Numerics;
using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Workloads.Transforms;

/// <summary>Makes a short trace long enough for a search (COMPARISON §1).</summary>
public static class TraceRepetition
{
    /// <summary>Span that a search needs, seconds. Source: COMPARISON §1.</summary>
    public const double SpanMinS = 600;

    private const double RequestsMax = 1e8;

    /// <summary>
    /// The trace, followed by its 60 s blocks in a permuted order, each kept whole, until the arrivals span at least
    /// <paramref name="spanMinS"/>. The last block of a round is as long as what is left. A trace of one instant has no
    /// duration to repeat and stays as it is.
    /// </summary>
    public static Trace Apply(Trace trace, ulong seed, double spanMinS = SpanMinS)
    {
        var blocks = new TraceBlocks(trace);
        if (trace.SpanS >= spanMinS || blocks.LengthS <= 0)
        {
            return trace;
        }

        if (trace.Requests.Length * (spanMinS / blocks.LengthS) > RequestsMax)
        {
            throw new BadInputException(trace.Name, $"spans {trace.SpanS} s: over {spanMinS} s it would be more than {RequestsMax} requests", "give a longer trace or a smaller --rate-scale");
        }

        var rng = new Rng(seed, "repeat");
        var order = new int[(int)Math.Ceiling(blocks.LengthS / TraceBlocks.BlockS)];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        var firstS = trace.Requests[0].ArrivalS;
        var requests = new List<TraceRequest>(trace.Requests);
        var atS = firstS + blocks.LengthS;
        while (true)
        {
            rng.Shuffle<int>(order);
            foreach (var block in order)
            {
                var startS = block * TraceBlocks.BlockS;
                var endS = Math.Min(startS + TraceBlocks.BlockS, blocks.LengthS);
                blocks.Copy(startS, endS, atS, requests);
                atS += endS - startS;
                if (requests[^1].ArrivalS - firstS >= spanMinS)
                {
                    return trace with { Requests = [.. requests] };
                }
            }
        }
    }
}
