namespace RapidTuner.Learning.OutputLength;

/// <summary>How many requests got into each bucket of lengths, how many ended there, and where.</summary>
internal sealed class LengthCounts
{
    /// <summary>Requests at risk in a bucket; one that was cut short in it counts by the share of the bucket that it lived through.</summary>
    public double[] AtRisk { get; } = new double[LengthBuckets.Count];

    /// <summary>Requests that ended in a bucket.</summary>
    public double[] Ends { get; } = new double[LengthBuckets.Count];

    /// <summary>Tokens in a bucket of those that ended in it.</summary>
    public double[] EndTokens { get; } = new double[LengthBuckets.Count];

    /// <summary>Counts a request that produced <paramref name="tokens"/> (1 or more), the last of them its end or not.</summary>
    public void Add(int tokens, bool ended, double weight)
    {
        var last = LengthBuckets.Of(Math.Min(tokens, LengthBuckets.TokensMax) - 1);
        for (var bucket = 0; bucket < last; bucket++)
        {
            AtRisk[bucket] += weight;
        }

        var inLast = Math.Min(tokens, LengthBuckets.TokensMax) - LengthBuckets.Start(last);
        if (ended)
        {
            AtRisk[last] += weight;
            Ends[last] += weight;
            EndTokens[last] += weight * inLast;
        }
        else
        {
            AtRisk[last] += weight * inLast / LengthBuckets.Width(last);
        }
    }

    /// <summary>Counts less of everything so far.</summary>
    public void Scale(double factor)
    {
        for (var bucket = 0; bucket < AtRisk.Length; bucket++)
        {
            AtRisk[bucket] *= factor;
            Ends[bucket] *= factor;
            EndTokens[bucket] *= factor;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(AtRisk);
        Array.Clear(Ends);
        Array.Clear(EndTokens);
    }
}
