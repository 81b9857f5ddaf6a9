using RapidTuner.Core.Numerics;

namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>Token counts with their probabilities, to draw from.</summary>
internal sealed class TokenHistogram
{
    private readonly int[] _tokens;
    private readonly double[] _upTo;

    private TokenHistogram(int[] tokens, double[] upTo) => (_tokens, _upTo) = (tokens, upTo);

    /// <summary>
    /// Reads <c>{13: 0.14, 35: 0.07, …}</c>. Null when it is none; <paramref name="empty"/> tells a histogram without weight
    /// from one that cannot be read. Lengths below 1 count as 1.
    /// </summary>
    public static TokenHistogram? Parse(ReadOnlySpan<byte> text, out bool empty)
    {
        text = text.Trim(" "u8);
        empty = false;
        if (text.Length < 2 || text[0] != '{' || text[^1] != '}')
        {
            return null;
        }

        text = text[1..^1];
        var tokens = new List<int>();
        var upTo = new List<double>();
        var sum = 0.0;
        while (!text.Trim(" "u8).IsEmpty)
        {
            var comma = text.IndexOf((byte)',');
            var pair = comma < 0 ? text : text[..comma];
            text = comma < 0 ? default : text[(comma + 1)..];
            var colon = pair.IndexOf((byte)':');
            if (colon < 0
                || !Tokens.TryParse(pair[..colon].Trim(" "u8), out long count)
                || !Tokens.TryParse(pair[(colon + 1)..].Trim(" "u8), out double weight)
                || count is < 0 or > Tokens.Max || !(weight >= 0 && double.IsFinite(weight)))
            {
                return null;
            }

            if (weight > 0)
            {
                sum += weight;
                tokens.Add((int)Math.Max(1, count));
                upTo.Add(sum);
            }
        }

        empty = tokens.Count == 0;
        return empty ? null : new TokenHistogram([.. tokens], [.. upTo]);
    }

    /// <summary>Draws a length.</summary>
    public int Draw(Rng rng)
    {
        var at = Array.BinarySearch(_upTo, rng.NextDouble() * _upTo[^1]);
        return _tokens[Math.Min(at >= 0 ? at + 1 : ~at, _tokens.Length - 1)];
    }
}
