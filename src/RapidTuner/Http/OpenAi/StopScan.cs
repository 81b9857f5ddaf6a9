namespace RapidTuner.Http.OpenAi;

/// <summary>
/// Finds the first stop sequence in a text that comes in pieces. What could still become one is held back, so that no part of a stop
/// sequence is ever sent.
/// </summary>
/// <param name="stops">Sequences, none empty.</param>
internal sealed class StopScan(IReadOnlyList<string> stops)
{
    private string _held = "";

    /// <summary>True once a stop sequence was found: nothing after it counts.</summary>
    public bool Found { get; private set; }

    /// <summary>Takes a piece and returns what may be sent now.</summary>
    /// <param name="piece">The next piece of text.</param>
    /// <param name="last">True when no piece follows: nothing is held back then.</param>
    public string Take(string piece, bool last)
    {
        if (stops.Count == 0)
        {
            return piece;
        }

        var text = _held + piece;
        var at = stops.Select(s => text.IndexOf(s, StringComparison.Ordinal)).Where(i => i >= 0).DefaultIfEmpty(-1).Min();
        if (at >= 0)
        {
            Found = true;
            return text[..at];
        }

        var held = last ? 0 : stops.Max(s => HeldBy(text, s));
        _held = text[^held..];
        return text[..^held];
    }

    /// <summary>Length of the longest end of <paramref name="text"/> that is a beginning of <paramref name="stop"/>.</summary>
    private static int HeldBy(string text, string stop)
    {
        var length = Math.Min(text.Length, stop.Length - 1);
        while (length > 0 && !text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length)))
        {
            length--;
        }

        return length;
    }
}
