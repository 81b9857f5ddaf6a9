using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Slos;

namespace RapidTuner.Evaluation.Replay;

/// <summary>The requests of one run as they are submitted, each with its limit. Shared by all policies of a seed and rate; never changed.</summary>
internal sealed class Load
{
    private readonly Lazy<int[]> _byDeadline;

    /// <summary>Prepares a run.</summary>
    /// <param name="requests">Requests in order of arrival.</param>
    /// <param name="limits">Their limits.</param>
    /// <param name="warmupS">Requests that arrive before this time are submitted but not scored, seconds; 0 scores all.</param>
    public Load(TraceRequest[] requests, SloLimits limits, double warmupS)
    {
        Requests = requests;
        WarmupS = warmupS;
        TtftLimitS = new double[requests.Length];
        for (var i = 0; i < requests.Length; i++)
        {
            TtftLimitS[i] = limits.TtftLimitS(in requests[i]);
            if (requests[i].ArrivalS < warmupS)
            {
                ScoredFrom = i + 1;
            }
        }

        StartS = warmupS > 0 || requests.Length == 0 ? warmupS : requests[0].ArrivalS;
        _byDeadline = new Lazy<int[]>(SortByDeadline);
        SpanS = requests.Length == 0 ? 0 : Math.Max(0, requests[^1].ArrivalS - StartS);
    }

    /// <summary>The requests.</summary>
    public TraceRequest[] Requests { get; }

    /// <summary>Their limits on the time to first token, seconds.</summary>
    public double[] TtftLimitS { get; }

    /// <summary>Length of the warm-up, seconds.</summary>
    public double WarmupS { get; }

    /// <summary>Index of the first scored request.</summary>
    public int ScoredFrom { get; }

    /// <summary>Scored requests.</summary>
    public int Scored => Requests.Length - ScoredFrom;

    /// <summary>Where the arrival span starts: the first arrival, or the end of the warm-up; seconds.</summary>
    public double StartS { get; }

    /// <summary>Arrival span of the scored requests, seconds.</summary>
    public double SpanS { get; }

    /// <summary>Indices of scored requests by rising deadline.</summary>
    public int[] ByDeadline => _byDeadline.Value;

    /// <summary>Scored requests / arrival span, requests/s; null for a span of 0.</summary>
    public double? OfferedRps => SpanS > 0 ? Scored / SpanS : null;

    /// <summary>When a request's first token is due, seconds.</summary>
    public double DeadlineS(int index) => Requests[index].ArrivalS + TtftLimitS[index];

    private int[] SortByDeadline()
    {
        var indices = Enumerable.Range(ScoredFrom, Scored).ToArray();
        var dueS = Array.ConvertAll(indices, DeadlineS);
        Array.Sort(dueS, indices);
        return indices;
    }
}
