namespace RapidTuner.Core.Catalogue;

/// <summary>Finds the word that was probably meant.</summary>
public static class Spelling
{
    /// <summary>The word of least edit distance, ignoring case; the first of equally near ones; empty when there are none.</summary>
    public static string Nearest(string word, IEnumerable<string> words) =>
        words.MinBy(w => Distance(word.ToLowerInvariant(), w.ToLowerInvariant())) ?? "";

    /// <summary>Insertions, deletions and substitutions that turn one word into the other (Levenshtein).</summary>
    public static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var substituted = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
