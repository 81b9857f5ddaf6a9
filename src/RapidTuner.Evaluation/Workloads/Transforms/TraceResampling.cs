using RapidTuner.Core.Numerics;
using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Workloads.Transforms;

/// <summary>Another trace that might have been (COMPARISON §1): a moving-block bootstrap.</summary>
public static class TraceResampling
{
    /// <summary>
    /// As many blocks of 60 s as cover the trace, each taken whole from a uniformly random place of it, one after the other.
    /// A trace of at most one block stays as it is.
    /// </summary>
    public static Trace Apply(Trace trace, ulong seed)
    {
        var blocks = new TraceBlocks(trace);
        if (blocks.LengthS <= TraceBlocks.BlockS)
        {
            return trace;
        }

        var rng = new Rng(seed, "resample");
        var requests = new List<TraceRequest>(trace.Requests.Length);
        var count = (int)Math.Ceiling(blocks.LengthS / TraceBlocks.BlockS);
        while (requests.Count == 0)
        {
            // Blocks of a trace with long pauses may all be empty: then they are drawn again.
            for (var block = 0; block < count; block++)
            {
                var startS = rng.NextDouble() * (blocks.LengthS - TraceBlocks.BlockS);
                blocks.Copy(startS, startS + TraceBlocks.BlockS, block * TraceBlocks.BlockS, requests);
            }
        }

        return trace with { Requests = [.. requests] };
    }
}
