namespace RapidTuner.Engine.Cpu.Text;

/// <summary>
/// The merges of byte-pair encoding over token numbers: the pair of lowest rank is merged first, the leftmost of equal ones. A heap of pairs keeps the
/// time at n log n whatever the text is: nobody can stop the engine with one long word.
/// </summary>
internal sealed class MergeTable
{
    private readonly Dictionary<(int Left, int Right), (int Rank, int Merged)> _merges;

    /// <param name="merges">Pairs in order of rank, each with the token that it becomes.</param>
    public MergeTable(IEnumerable<(int Left, int Right, int Merged)> merges)
    {
        _merges = [];
        foreach (var (left, right, merged) in merges)
        {
            _merges.TryAdd((left, right), (_merges.Count, merged));
        }
    }

    /// <summary>Merges until nothing can be merged, and adds what is left to <paramref name="into"/>.</summary>
    public void Merge(ReadOnlySpan<int> symbols, List<int> into)
    {
        var tokens = symbols.ToArray();
        var (next, previous) = (new int[tokens.Length], new int[tokens.Length]);
        var queue = new PriorityQueue<(int At, int Left, int Right), (int Rank, int At)>();
        for (var i = 0; i < tokens.Length; i++)
        {
            (next[i], previous[i]) = (i + 1, i - 1);
            Offer(i, i + 1);
        }

        while (queue.TryDequeue(out var pair, out _))
        {
            var right = tokens[pair.At] == pair.Left ? next[pair.At] : tokens.Length;
            if (right >= tokens.Length || tokens[right] != pair.Right)
            {
                // One of the two has become part of another token since.
                continue;
            }

            tokens[pair.At] = _merges[(pair.Left, pair.Right)].Merged;
            tokens[right] = -1;
            next[pair.At] = next[right];
            if (next[right] < tokens.Length)
            {
                previous[next[right]] = pair.At;
            }

            Offer(pair.At, next[pair.At]);
            Offer(previous[pair.At], pair.At);
        }

        foreach (var token in tokens)
        {
            if (token >= 0)
            {
                into.Add(token);
            }
        }

        void Offer(int left, int right)
        {
            if (left >= 0 && right < tokens.Length && _merges.TryGetValue((tokens[left], tokens[right]), out var merge))
            {
                queue.Enqueue((left, tokens[left], tokens[right]), (merge.Rank, left));
            }
        }
    }
}
