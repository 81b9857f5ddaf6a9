using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>Reads Mooncake and RAGPulse rows and derives how many leading prompt tokens an unlimited prefix cache would hold.</summary>
internal static class JsonlTraceReader
{
    /// <summary>Tokens of a Mooncake prefix block. Source: the trace's own documentation.</summary>
    private const int BlockTokens = 512;

    private const double MillisecondsPerS = 1000;

    /// <summary>
    /// Mooncake: cached = min(512 n, prompt) with n the leading blocks already seen in any earlier row of the file. Its ids
    /// name whole prefixes, so the rows stream and only the set of ids stays.
    /// </summary>
    public static RequestRows ReadMooncake(string path)
    {
        var rows = new RequestRows(LineReader.CountLines(path));
        var seen = new HashSet<long>();
        ForEach(path, rows, (row, ids) =>
        {
            var blocks = 0;
            while (blocks < ids.Count && seen.Contains(ids[blocks]))
            {
                blocks++;
            }

            for (var i = blocks; i < ids.Count; i++)
            {
                seen.Add(ids[i]);
            }

            var cached = (int)Math.Min((long)blocks * BlockTokens, row.InputTokens);
            rows.Add(new TraceRequest(row.Stamp / MillisecondsPerS, row.InputTokens, row.OutputTokens, cached));
        });
        return rows;
    }

    /// <summary>
    /// RAGPulse: cached = tokens of the leading parts whose whole leading sequence occurred in a row that arrived earlier. The
    /// source is not sorted, so a row keeps the ids of its parts until all are read. Token lengths of the parts stand in the
    /// files <c>1_*.jsonl</c> to <c>5_*.jsonl</c> beside the trace; without them nothing counts as cached.
    /// </summary>
    public static RequestRows ReadRagPulse(string path, Action<string> note)
    {
        var unsorted = new RequestRows(LineReader.CountLines(path));
        var partsOf = new List<long[]>();
        ForEach(path, unsorted, (row, ids) =>
        {
            unsorted.Add(new TraceRequest(row.Stamp, row.InputTokens, row.OutputTokens));
            partsOf.Add([.. ids]);
        });
        var lengths = PartLengths.Beside(path);
        if (lengths.Count == 0)
        {
            note($"{path}: no lengths of prompt parts (1_*.jsonl to 5_*.jsonl) beside it: no prompt token counts as cached");
            return unsorted;
        }

        return WithCached(unsorted, partsOf, lengths);
    }

    private static RequestRows WithCached(RequestRows unsorted, List<long[]> partsOf, Dictionary<long, int> lengths)
    {
        var all = unsorted.ToArray();
        var rows = new RequestRows(all.Length) { Skipped = unsorted.Skipped };
        var seen = new HashSet<ulong>();
        foreach (var i in ArrivalOrder.Of(all))
        {
            var (prefix, cached, hit) = (14695981039346656037UL, 0L, true);
            foreach (var part in partsOf[i])
            {
                prefix = Mixed(prefix ^ (ulong)part);
                hit &= !seen.Add(prefix);
                cached += hit ? lengths.GetValueOrDefault(part) : 0;
            }

            rows.Add(all[i] with { CachedTokens = (int)Math.Min(cached, all[i].PromptTokens) });
        }

        return rows;
    }

    private static void ForEach(string path, RequestRows rows, Action<JsonRow, List<long>> use)
    {
        var problems = new RowProblems(path);
        var reader = new JsonRowReader(problems);
        using var lines = new LineReader(path);
        while (lines.TryRead(out var line))
        {
            if (line.Trim(" \t"u8).IsEmpty || reader.Read(line, lines.Line) is not { } row)
            {
                continue;
            }

            if (row.OutputTokens == 0)
            {
                rows.Skipped++;
                continue;
            }

            use(row, reader.Ids);
        }

        problems.ThrowIfAny();
    }

    /// <summary>Steele's finaliser: spreads a sequence of small ids over 64 bits, so that prefixes do not collide.</summary>
    private static ulong Mixed(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
