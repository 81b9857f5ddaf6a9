using RapidTuner.Core.Numerics;
using RapidTuner.Core.Workload;

namespace RapidTuner.Bench;

/// <summary>A load that needs no file: Poisson arrivals, lognormal prompts (median 800 tokens) and outputs (median 200).</summary>
internal static class SyntheticLoad
{
    private const double PromptMedianTokens = 800;
    private const double OutputMedianTokens = 200;

    /// <summary>Makes <paramref name="count"/> requests at <paramref name="rateRps"/>.</summary>
    public static Trace Of(int count, double rateRps, ulong seed)
    {
        var arrivals = new Rng(seed, "arrivals");
        var lengths = new Rng(seed, "lengths");
        var requests = new TraceRequest[count];
        var atS = 0.0;
        for (var i = 0; i < count; i++)
        {
            atS += arrivals.NextExponential() / rateRps;
            var prompt = Tokens(PromptMedianTokens, 1.0, lengths);
            requests[i] = new TraceRequest(atS, prompt, Tokens(OutputMedianTokens, 0.7, lengths));
        }

        return new Trace("synthetic", requests, 0, 0);
    }

    private static int Tokens(double median, double spread, Rng lengths) =>
        (int)Math.Clamp(median * Math.Exp(spread * lengths.NextGaussian()), 1, 16_000);
}
