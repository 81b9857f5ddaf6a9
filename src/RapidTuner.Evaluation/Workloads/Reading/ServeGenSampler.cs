using RapidTuner.Core.Numerics;
using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>
/// Draws a trace from ServeGen's per-client statistics: rate × width requests in each window, gaps of the window's
/// distribution rescaled to fill it and turned by a random phase, prompt and output lengths drawn independently.
/// </summary>
internal static class ServeGenSampler
{
    private const double WindowS = 600;

    /// <summary>The requests of all clients in order of time; every client has streams of its own under <paramref name="seed"/>.</summary>
    public static TraceRequest[] Sample(IReadOnlyList<ServeGenClient> clients, ulong seed)
    {
        var requests = new List<TraceRequest>();
        foreach (var client in clients)
        {
            var arrivals = new Rng(seed, "arrivals/" + client.Name);
            var lengths = new Rng(seed, "lengths/" + client.Name);
            for (var i = 0; i < client.Windows.Count; i++)
            {
                var window = client.Windows[i];
                var widthS = i + 1 < client.Windows.Count ? client.Windows[i + 1].StartS - window.StartS
                    : i > 0 ? window.StartS - client.Windows[i - 1].StartS : WindowS;
                var count = Draws.Rounded(arrivals, window.RatePerS * widthS);
                if (count == 0)
                {
                    continue;
                }

                var from = client.LengthsAt(window.StartS);
                foreach (var share in Places(arrivals, window, count))
                {
                    requests.Add(new TraceRequest(window.StartS + (share * widthS), from.Prompt.Draw(lengths), from.Output.Draw(lengths)));
                }
            }
        }

        var sorted = requests.ToArray();
        ArrivalOrder.Sort(sorted);
        return sorted;
    }

    /// <summary>Where in the window the requests arrive, as shares of it.</summary>
    private static double[] Places(Rng rng, ServeGenWindow window, int count)
    {
        var places = new double[count];
        var sum = 0.0;
        for (var i = 0; i < count; i++)
        {
            sum += Gap(rng, window);
            places[i] = sum;
        }

        var phase = rng.NextDouble();
        for (var i = 0; i < count; i++)
        {
            // All gaps may round to 0 for tiny shapes: then the requests come together at the phase.
            var turned = (sum > 0 ? places[i] / sum : 0) + phase;
            places[i] = turned - Math.Floor(turned);
        }

        Array.Sort(places);
        return places;
    }

    private static double Gap(Rng rng, ServeGenWindow window) => window switch
    {
        { Shape: <= 0 } => rng.NextExponential(),
        { Pattern: "Gamma" } => Draws.Gamma(rng, window.Shape),
        { Pattern: "Weibull" } => Draws.Weibull(rng, window.Shape),
        _ => rng.NextExponential(),
    };
}
