using RapidTuner.Core.Samples;

namespace RapidTuner.Bench.Recovery;

/// <summary>When requests arrived and whether they attained, and what follows for the time outside the SLO.</summary>
internal sealed class OutcomeLog : IEngineObserver
{
    // Chosen: long enough for some dozens of requests, short against a surge.
    private const double WindowS = 10;
    private const double StepS = 1;
    private const double Least = 0.9;

    private readonly List<(double ArrivalS, bool Attained)> _ended = [];

    public void OnStep(in StepSample step)
    {
    }

    public void OnGaps(double nowS, double gapS, int count)
    {
    }

    public void OnRequest(in RequestSample request) => _ended.Add((request.ArrivalS, request.Attained));

    /// <summary>Attained / all requests that arrived from <paramref name="fromS"/> to <paramref name="toS"/>; NaN without any.</summary>
    public double Attainment(double fromS, double toS)
    {
        var (all, attained) = (0, 0);
        foreach (var (arrivalS, good) in _ended)
        {
            if (arrivalS >= fromS && arrivalS < toS)
            {
                all++;
                attained += good ? 1 : 0;
            }
        }

        return all == 0 ? double.NaN : (double)attained / all;
    }

    /// <summary>
    /// Windows of 10 s, one beginning each second from the change on: seconds whose window attains less than 0.9, and seconds from the change to the end of the last such.
    /// </summary>
    public (double OutsideS, double BackS) Recovery(Surge surge)
    {
        var (outsideS, backS) = (0.0, 0.0);
        for (var atS = surge.FromS; atS + WindowS <= surge.EndS; atS += StepS)
        {
            if (Attainment(atS, atS + WindowS) < Least)
            {
                outsideS += StepS;
                backS = atS + StepS - surge.FromS;
            }
        }

        return (outsideS, backS);
    }
}
