using System.Numerics;

namespace RapidTuner.Learning.OutputLength;

/// <summary>
/// How many tokens a request will still produce, from requests that ended, by class of prompt length. It estimates the chance
/// that a request which got as far ends soon (a hazard), so that one that has produced much is expected to go on as those did that
/// got as far, and so that requests cut short or still running count for what they produced and not as ends (Kaplan and Meier
/// 1958, in buckets). Classes with few requests lean on all; older requests fade. Not for several threads at once; nothing
/// allocates.
/// </summary>
public sealed class OutputLengthEstimate
{
    /// <summary>Half-life of a request, in ended requests; chosen.</summary>
    public const double HalfLifeRequests = 5000;

    /// <summary>Requests of all classes that a class is mixed with; chosen.</summary>
    private const double PooledRequests = 10;

    /// <summary>Requests that the belief before any data counts as; chosen.</summary>
    private const double PriorRequests = 0.5;

    /// <summary>Mean of that belief, tokens; chosen.</summary>
    private const double PriorMeanTokens = 100;

    /// <summary>
    /// Shape of that belief, a Lomax distribution: after k tokens (k + 500) / 5 more are expected, a tail that data on long outputs
    /// outweigh and that is not believed where there are none. Chosen on azure-2023-code; docs/results/forecasts.md scores it on the others.
    /// </summary>
    private const double PriorShape = 6;

    /// <summary>Classes of prompt length: below 64, 256, 1024, 4096, 16384, and longer.</summary>
    private const int Classes = 6;

    private const double UnitMax = 1e9;

    private readonly double _growth = Math.Pow(2, 1 / HalfLifeRequests);
    private readonly LengthCounts[] _ended = new LengthCounts[Classes + 1];
    private readonly LengthCounts[] _running = new LengthCounts[Classes + 1];
    private readonly Survival[] _survival = new Survival[Classes + 1];
    private readonly Func<int, double> _prior = EndsBelieved;
    private readonly Func<int, double> _pooled;
    private double _unit = 1;
    private bool _isCurrent;

    /// <summary>An estimate that has seen nothing.</summary>
    public OutputLengthEstimate()
    {
        for (var i = 0; i <= Classes; i++)
        {
            (_ended[i], _running[i], _survival[i]) = (new LengthCounts(), new LengthCounts(), new Survival());
        }

        _pooled = bucket => _survival[Classes].EndOf(bucket);
    }

    /// <summary>Requests that ended of themselves.</summary>
    public long Finished { get; private set; }

    /// <summary>Counts a request that produced all its tokens.</summary>
    /// <param name="promptTokens">All its prompt tokens.</param>
    /// <param name="outputTokens">Tokens produced; below 1: passed over.</param>
    public void AddFinished(int promptTokens, int outputTokens)
    {
        Finished += outputTokens > 0 ? 1 : 0;
        Add(promptTokens, outputTokens, ended: true);
    }

    /// <summary>Counts a request that was cut short: cancelled by its client, or ended by a limit.</summary>
    /// <param name="promptTokens">All its prompt tokens.</param>
    /// <param name="producedTokens">Tokens until then; below 1: passed over.</param>
    public void AddStopped(int promptTokens, int producedTokens) => Add(promptTokens, producedTokens, ended: false);

    /// <summary>
    /// Says which requests run now, in place of those said before. Without it what has ended since a start is all that is known,
    /// and the long ones are missing from that.
    /// </summary>
    public void SetRunning(ReadOnlySpan<RunningRequest> running)
    {
        foreach (var counts in _running)
        {
            counts.Clear();
        }

        foreach (var request in running)
        {
            if (request.ProducedTokens > 0)
            {
                _running[ClassOf(request.PromptTokens)].Add(request.ProducedTokens, ended: false, 1);
                _running[Classes].Add(request.ProducedTokens, ended: false, 1);
            }
        }

        _isCurrent = false;
    }

    /// <summary>Expected further tokens of a running request, 1 or more.</summary>
    /// <param name="promptTokens">All its prompt tokens.</param>
    /// <param name="producedTokens">Tokens so far, 0 or more.</param>
    public double Remaining(int promptTokens, int producedTokens)
    {
        Refresh();
        return _survival[ClassOf(promptTokens)].Remaining(Math.Max(0, producedTokens));
    }

    /// <summary>Further tokens within which a share of such requests end.</summary>
    /// <param name="promptTokens">All its prompt tokens.</param>
    /// <param name="producedTokens">Tokens so far, 0 or more.</param>
    /// <param name="share">0 to 1, exclusive.</param>
    public double RemainingQuantile(int promptTokens, int producedTokens, double share)
    {
        if (!(share is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "is no share between 0 and 1");
        }

        Refresh();
        return _survival[ClassOf(promptTokens)].Quantile(Math.Max(0, producedTokens), share);
    }

    private static double EndsBelieved(int bucket)
    {
        var scale = PriorMeanTokens * (PriorShape - 1);
        return 1 - Math.Pow((LengthBuckets.Start(bucket) + scale) / (LengthBuckets.Start(bucket + 1) + scale), PriorShape);
    }

    private static int ClassOf(int promptTokens) =>
        Math.Clamp((31 - BitOperations.LeadingZeroCount((uint)Math.Max(1, promptTokens)) - 4) / 2, 0, Classes - 1);

    private void Add(int promptTokens, int tokens, bool ended)
    {
        if (tokens < 1)
        {
            return;
        }

        // Weighing the new more is forgetting the old, for all counts at once.
        _unit *= _growth;
        if (_unit > UnitMax)
        {
            foreach (var counts in _ended)
            {
                counts.Scale(1 / _unit);
            }

            _unit = 1;
        }

        _ended[ClassOf(promptTokens)].Add(tokens, ended, _unit);
        _ended[Classes].Add(tokens, ended, _unit);
        _isCurrent = false;
    }

    private void Refresh()
    {
        if (_isCurrent)
        {
            return;
        }

        _survival[Classes].Set(_ended[Classes], _running[Classes], _unit, PriorRequests, _prior);
        for (var i = 0; i < Classes; i++)
        {
            _survival[i].Set(_ended[i], _running[i], _unit, PooledRequests, _pooled);
        }

        _isCurrent = true;
    }
}
