using RapidTuner.Core.Errors;
using RapidTuner.Core.Numerics;
using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>Makes a trace of a spec. The same spec and seed give the same trace, on any machine.</summary>
public static class TraceGenerator
{
    private const int ArrivalDecimals = 6;

    /// <summary>Generates the trace of <paramref name="spec"/> (as <see cref="SpecFile.Read"/> gives it) under <paramref name="seed"/>.</summary>
    /// <exception cref="BadInputException">The spec yields no request.</exception>
    public static Trace Generate(WorkloadSpec spec, ulong seed)
    {
        var requests = new List<TraceRequest>();
        foreach (var part in spec.Components)
        {
            var curve = RateCurve.Of(part.Rate, part.Bursts, spec.DurationS, new Rng(seed, "bursts/" + part.Name));
            var arrivals = ArrivalGenerator.Generate(curve, new GapSource(part.Gaps), new Rng(seed, "arrivals/" + part.Name));
            var lengths = new LengthGenerator(part.Lengths);
            var rng = new Rng(seed, "lengths/" + part.Name);
            foreach (var arrivalS in arrivals)
            {
                requests.Add(lengths.Draw(arrivalS, rng));
            }
        }

        if (requests.Count == 0)
        {
            throw new BadInputException(spec.Name, "the spec yields no request: the trace is empty", "raise its rate or its duration");
        }

        var sorted = requests.ToArray();
        ArrivalOrder.Sort(sorted);
        Stamp(sorted, spec.Timestamps, new Rng(seed, "timestamps"));
        return new Trace(spec.Name, sorted, 0, spec.Timestamps?.StepS ?? 0);
    }

    /// <summary>Writes arrivals as the source's clock would have: to its step, or to the microsecond.</summary>
    private static void Stamp(TraceRequest[] sorted, TimestampSpec? stamps, Rng rng)
    {
        var jitterMs = stamps?.JitterMs is { } table ? new Cdf(table) : null;
        var (tick, stampS, lastS) = (-1.0, 0.0, 0.0);
        for (var i = 0; i < sorted.Length; i++)
        {
            var arrivalS = sorted[i].ArrivalS;
            if (stamps is not null)
            {
                var at = Math.Floor(arrivalS / stamps.StepS);
                if (at > tick)
                {
                    tick = at;
                    stampS = (at * stamps.StepS) + ((jitterMs?.WholeQuantile(rng.NextDouble()) ?? 0) / 1000.0);
                }

                arrivalS = stampS;
            }

            lastS = Math.Max(lastS, Math.Round(arrivalS, ArrivalDecimals));
            sorted[i] = sorted[i] with { ArrivalS = lastS };
        }
    }
}
