using RapidTuner.Core.Numerics;

namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>
/// Expected requests over time in steps, and the clock that goes with it: at load time n, n requests are expected to have
/// arrived. Gaps are drawn in load time, where the rate is 1, and mapped back.
/// </summary>
internal sealed class RateCurve
{
    /// <summary>Step to which knots and bursts are cut, seconds; chosen: finer than bursts last.</summary>
    private const double FineStepS = 1;

    /// <summary>Most such steps; chosen: a month to the minute; longer specs get coarser steps.</summary>
    private const int FineStepsMax = 50_000;

    private readonly double _stepS;
    private readonly double _durationS;
    private readonly double[] _upTo;

    private RateCurve(double stepS, double durationS, double[] requests)
    {
        _stepS = stepS;
        _durationS = durationS;
        _upTo = new double[requests.Length + 1];
        for (var i = 0; i < requests.Length; i++)
        {
            _upTo[i + 1] = _upTo[i] + requests[i];
        }
    }

    /// <summary>Requests expected in all.</summary>
    public double Total => _upTo[^1];

    /// <summary>How many steps there are.</summary>
    public int Steps => _upTo.Length - 1;

    /// <summary>The curve of a component, with bursts drawn where it has them.</summary>
    public static RateCurve Of(RateSpec rate, BurstSpec? bursts, double durationS, Rng rng)
    {
        if (rate.Requests is { } requests && bursts is null)
        {
            return new RateCurve(rate.StepS, durationS, [.. requests.Take(StepsOf(rate.StepS, durationS))]);
        }

        var stepS = Math.Max(FineStepS, durationS / FineStepsMax);
        var fine = new double[StepsOf(stepS, durationS)];
        for (var i = 0; i < fine.Length; i++)
        {
            var (startS, endS) = (i * stepS, Math.Min(durationS, (i + 1) * stepS));
            fine[i] = RateAt(rate, 0.5 * (startS + endS)) * (endS - startS);
        }

        if (bursts is not null)
        {
            AddBursts(bursts, durationS, stepS, fine, rng);
        }

        return new RateCurve(stepS, durationS, fine);
    }

    /// <summary>The curve of measured arrivals, counted in steps.</summary>
    public static RateCurve Counted(ReadOnlySpan<double> arrivalsS, double stepS, double durationS)
    {
        var requests = new double[StepsOf(stepS, durationS)];
        foreach (var arrivalS in arrivalsS)
        {
            requests[Math.Min((int)(arrivalS / stepS), requests.Length - 1)]++;
        }

        return new RateCurve(stepS, durationS, requests);
    }

    /// <summary>Expected requests of each step.</summary>
    public double[] Requests() => [.. Enumerable.Range(0, Steps).Select(Requests)];

    /// <summary>Expected requests of a step.</summary>
    public double Requests(int step) => _upTo[step + 1] - _upTo[step];

    /// <summary>Start of a step, seconds.</summary>
    public double StartS(int step) => step * _stepS;

    /// <summary>Width of a step, seconds; the last may be cut by the end of the trace.</summary>
    public double WidthS(int step) => Math.Min(_stepS, _durationS - (step * _stepS));

    /// <summary>The step that a load time falls into, searched from <paramref name="from"/> upwards; steps without requests are passed.</summary>
    public int StepAt(double load, int from)
    {
        while (from < Steps - 1 && _upTo[from + 1] <= load)
        {
            from++;
        }

        return from;
    }

    /// <summary>The rate in a step, requests per second.</summary>
    public double RatePerS(int step)
    {
        var widthS = WidthS(step);
        return widthS > 0 ? Requests(step) / widthS : double.PositiveInfinity;
    }

    /// <summary>The step of a time in seconds.</summary>
    public int StepOf(double timeS) => Math.Min((int)(timeS / _stepS), Steps - 1);

    /// <summary>Time in seconds of a load time in <paramref name="step"/>.</summary>
    public double TimeS(double load, int step)
    {
        var requests = Requests(step);
        var share = requests > 0 ? Math.Clamp((load - _upTo[step]) / requests, 0, 1) : 0;
        return (step * _stepS) + (share * WidthS(step));
    }

    private static int StepsOf(double stepS, double durationS) => Math.Max(1, (int)Math.Ceiling(durationS / stepS));

    private static double RateAt(RateSpec rate, double timeS)
    {
        if (rate.Requests is { } requests)
        {
            return requests[Math.Min((int)(timeS / rate.StepS), requests.Count - 1)] / rate.StepS;
        }

        var (times, rates) = (rate.AtS!, rate.PerS!);
        var above = 0;
        while (above < times.Count && times[above] < timeS)
        {
            above++;
        }

        if (above == 0 || above == times.Count)
        {
            return rates[above == 0 ? 0 : ^1];
        }

        var share = (timeS - times[above - 1]) / (times[above] - times[above - 1]);
        return rates[above - 1] + (share * (rates[above] - rates[above - 1]));
    }

    private static void AddBursts(BurstSpec bursts, double durationS, double stepS, double[] requests, Rng rng)
    {
        var perS = bursts.PerHour / 3600;
        if (perS <= 0)
        {
            return;
        }

        for (var startS = rng.NextExponential() / perS; startS < durationS;)
        {
            var endS = startS + (rng.NextExponential() * bursts.MeanS);
            for (var i = (int)(startS / stepS); i < requests.Length && i * stepS < endS; i++)
            {
                var covered = (Math.Min(endS, (i + 1) * stepS) - Math.Max(startS, i * stepS)) / stepS;
                requests[i] *= 1 + (covered * (bursts.Factor - 1));
            }

            startS = endS + (rng.NextExponential() / perS);
        }
    }
}
