namespace RapidTuner.Learning.OutputLength;

/// <summary>A distribution of output lengths: per bucket the chance that a request which got into it ends there, and after how many of its tokens.</summary>
internal sealed class Survival
{
    private readonly double[] _ends = new double[LengthBuckets.Count];
    private readonly double[] _endTokens = new double[LengthBuckets.Count];
    private readonly double[] _remaining = new double[LengthBuckets.Count + 1];

    /// <summary>Chance that a request which got into a bucket ends in it, 0 to 1.</summary>
    public double EndOf(int bucket) => _ends[bucket];

    /// <summary>Sets the chances from counts and what to believe where there are few.</summary>
    /// <param name="counts">Weighted counts.</param>
    /// <param name="running">Requests that still run.</param>
    /// <param name="unit">Weight of one request in <paramref name="counts"/>.</param>
    /// <param name="priorRequests">Requests that the prior counts as.</param>
    /// <param name="prior">Chance per bucket that is believed without data.</param>
    public void Set(LengthCounts counts, LengthCounts running, double unit, double priorRequests, Func<int, double> prior)
    {
        for (var bucket = LengthBuckets.Count - 1; bucket >= 0; bucket--)
        {
            var believed = priorRequests * prior(bucket);
            var atRisk = (counts.AtRisk[bucket] / unit) + running.AtRisk[bucket] + priorRequests;
            var ends = (counts.Ends[bucket] / unit) + believed;
            var width = LengthBuckets.Width(bucket);

            // What got through the last bucket is past all that is told apart: it ends there.
            _ends[bucket] = bucket == LengthBuckets.Count - 1 ? 1 : Math.Min(1, ends / atRisk);
            _endTokens[bucket] = ends > 0 ? ((counts.EndTokens[bucket] / unit) + (believed * (width + 1) / 2)) / ends : (width + 1) / 2.0;
            _remaining[bucket] = (_ends[bucket] * _endTokens[bucket]) + ((1 - _ends[bucket]) * (width + _remaining[bucket + 1]));
        }
    }

    /// <summary>Expected further tokens after <paramref name="produced"/>, at least 1: the next one is certain.</summary>
    public double Remaining(int produced)
    {
        var (bucket, left, ends) = From(produced);
        if (left == LengthBuckets.Width(bucket))
        {
            return _remaining[bucket];
        }

        return (ends * (left + 1) / 2) + ((1 - ends) * (left + _remaining[bucket + 1]));
    }

    /// <summary>The smallest number of further tokens within which a share of such requests end.</summary>
    public double Quantile(int produced, double share)
    {
        var (bucket, left, ends) = From(produced);
        var (lives, tokens) = (1.0, 0.0);
        while (lives * (1 - ends) > 1 - share && bucket < LengthBuckets.Count - 1)
        {
            lives *= 1 - ends;
            tokens += left;
            bucket++;
            (left, ends) = (LengthBuckets.Width(bucket), _ends[bucket]);
        }

        return Math.Max(1, Math.Ceiling(tokens + (left * Math.Min(1, (lives - (1 - share)) / (lives * ends)))));
    }

    /// <summary>The bucket of the next token, the tokens left in it, and the chance to end in them if ends lie evenly in a bucket.</summary>
    private (int Bucket, int Left, double Ends) From(int produced)
    {
        var position = Math.Min(produced, LengthBuckets.TokensMax - 1);
        var bucket = LengthBuckets.Of(position);
        var (width, passed) = (LengthBuckets.Width(bucket), position - LengthBuckets.Start(bucket));
        var ahead = _ends[bucket] * (width - passed) / width;
        var lives = 1 - (_ends[bucket] * passed / width);
        return (bucket, width - passed, lives > 0 ? ahead / lives : 1);
    }
}
