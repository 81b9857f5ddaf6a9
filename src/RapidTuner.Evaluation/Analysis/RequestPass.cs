using RapidTuner.Core.Samples;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>One pass over a log's requests: attainment block by block, when requests missed, and what is wrong with their records.</summary>
internal sealed class RequestPass
{
    private readonly SortedDictionary<long, (long Requests, long Attained)> _blocks = [];
    private readonly List<long> _missedAtUs = [];
    private readonly Dictionary<long, (long First, long Last, long Count)> _numbers = [];

    private RequestPass()
    {
    }

    /// <summary>Requests and the attained among them, block by block in order of time; blocks without any are left out.</summary>
    public IReadOnlyCollection<(long Requests, long Attained)> Blocks => _blocks.Values;

    /// <summary>When requests missed their SLO, Unix microseconds, rising: a TTFT when its limit passes, a late gap by the end at the latest.</summary>
    public long[] MissedAtUs => [.. _missedAtUs.Order()];

    /// <summary>Requests that their clients cancelled.</summary>
    public long Cancelled { get; private set; }

    /// <summary>Requests without a limit on TTFT.</summary>
    public long Unlimited { get; private set; }

    /// <summary>Requests that end before they begin.</summary>
    public long Backwards { get; private set; }

    /// <summary>Requests that are missing by the gaps in their numbers, run by run.</summary>
    public long Missing => _numbers.Values.Sum(n => n.Last + 1 - n.First - n.Count);

    /// <summary>Reads all requests of a log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="blockS">Length of a block, seconds, above 0.</param>
    /// <param name="cancel">Ends the pass.</param>
    public static RequestPass Over(Log log, double blockS, CancellationToken cancel)
    {
        var pass = new RequestPass();
        var blockUs = Micros.FromS(blockS);
        foreach (var request in log.Requests())
        {
            cancel.ThrowIfCancellationRequested();
            pass.Add(in request, (request.ArrivalUs - log.FromUs) / blockUs);
        }

        return pass;
    }

    private void Add(in RequestRecord request, long block)
    {
        var attained = request.Attained;
        var (requests, good) = _blocks.GetValueOrDefault(block);
        _blocks[block] = (requests + 1, good + (attained ? 1 : 0));
        if (!attained)
        {
            var late = request.TtftLimitUs is { } limit && (request.FirstTokenUs is not { } first || first - request.ArrivalUs > limit);
            _missedAtUs.Add(late ? request.ArrivalUs + request.TtftLimitUs!.Value : request.FinishUs);
        }

        Cancelled += request.Outcome is Outcome.Cancelled ? 1 : 0;
        Unlimited += request.TtftLimitUs is null ? 1 : 0;
        Backwards += request.FinishUs < request.ArrivalUs || request.FirstTokenUs < request.ArrivalUs ? 1 : 0;
        var numbers = _numbers.GetValueOrDefault(request.Run, (First: request.Request, Last: request.Request, Count: 0));
        _numbers[request.Run] = (Math.Min(numbers.First, request.Request), Math.Max(numbers.Last, request.Request), numbers.Count + 1);
    }
}
