using RapidTuner.Core.Workload;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>
/// Blocks of a log, read in one pass and laid together: blocks that follow one another are one stretch, replayed in one piece, so that a queue goes on
/// from block to block as it would; before a stretch that does not begin with the log, the block before it is replayed and not scored.
/// </summary>
internal sealed class WhatIfBlocks
{
    private WhatIfBlocks(IReadOnlyList<Block> all, IReadOnlyList<Stretch> stretches) => (All, Stretches) = (all, stretches);

    /// <summary>The blocks that requests arrived in, in order of time.</summary>
    public IReadOnlyList<Block> All { get; }

    /// <summary>The stretches, in order of time.</summary>
    public IReadOnlyList<Stretch> Stretches { get; }

    /// <summary>Reads them.</summary>
    /// <param name="log">The log.</param>
    /// <param name="drawn">Which blocks, rising.</param>
    /// <param name="blockS">Length of a block, seconds.</param>
    public static WhatIfBlocks Read(Log log, int[] drawn, double blockS)
    {
        var blockUs = Micros.FromS(blockS);
        var firsts = new Dictionary<int, int>();
        foreach (var block in drawn)
        {
            firsts[block] = firsts.GetValueOrDefault(block - 1, block);
        }

        var rows = firsts.Values.Distinct().ToDictionary(first => first, _ => new List<Row>());
        foreach (var request in log.Requests().Where(r => r.PromptTokens > 0 && r.OutputTokens > 0))
        {
            var at = (int)((request.ArrivalUs - log.FromUs) / blockUs);
            if (firsts.TryGetValue(at, out var first) || firsts.TryGetValue(at + 1, out first))
            {
                rows[first].Add(new Row(request.ArrivalUs, request.Request, request.PromptTokens, request.OutputTokens, request.CachedTokens, request.TtftLimitUs, request.Attained));
            }
        }

        var (blocks, stretches) = (new List<Block>(), new List<Stretch>());
        foreach (var (first, found) in rows.OrderBy(r => r.Key))
        {
            stretches.Add(Lay(log, first, found, blockUs, blocks));
        }

        return new WhatIfBlocks(blocks, stretches);
    }

    private static Stretch Lay(Log log, int first, List<Row> rows, long blockUs, List<Block> blocks)
    {
        rows.Sort(static (a, b) => (a.ArrivalUs, a.Request).CompareTo((b.ArrivalUs, b.Request)));
        var fromUs = log.FromUs + (first * blockUs);
        var startUs = first == 0 ? fromUs : fromUs - blockUs;
        var blockOf = new int[rows.Count];
        var last = -1;
        for (var i = 0; i < blockOf.Length; i++)
        {
            var at = rows[i].ArrivalUs < fromUs ? -1 : (int)((rows[i].ArrivalUs - log.FromUs) / blockUs);
            blockOf[i] = -1;
            if (at >= 0)
            {
                if (at != last)
                {
                    blocks.Add(new Block(log.FromUs + (at * blockUs), 0, 0));
                    last = at;
                }

                blockOf[i] = blocks.Count - 1;
                blocks[^1] = blocks[^1] with { Scored = blocks[^1].Scored + 1, Attained = blocks[^1].Attained + (rows[i].Attained ? 1 : 0) };
            }
        }

        return new Stretch(
            [.. rows.Select(r => new TraceRequest(Micros.ToS(r.ArrivalUs - startUs), r.PromptTokens, r.OutputTokens, r.CachedTokens))],
            [.. rows.Select(r => r.LimitUs is { } limit ? Micros.ToS(limit) : double.PositiveInfinity)],
            blockOf,
            Micros.ToS(fromUs - startUs));
    }

    private readonly record struct Row(long ArrivalUs, long Request, int PromptTokens, int OutputTokens, int CachedTokens, long? LimitUs, bool Attained);

    /// <summary>A block.</summary>
    /// <param name="FromUs">Its start, Unix microseconds.</param>
    /// <param name="Scored">Requests that arrived in it.</param>
    /// <param name="Attained">Those that attained their SLO, as it was.</param>
    internal readonly record struct Block(long FromUs, int Scored, int Attained);

    /// <summary>Blocks that follow one another.</summary>
    /// <param name="Requests">Their requests by arrival, those of the warm-up first.</param>
    /// <param name="LimitS">The log's limit on TTFT of each, seconds; +∞ for none.</param>
    /// <param name="BlockOf">Block of each; −1: of the warm-up.</param>
    /// <param name="WarmupS">Length of the warm-up, seconds.</param>
    internal sealed record Stretch(TraceRequest[] Requests, double[] LimitS, int[] BlockOf, double WarmupS);
}
