using RapidTuner.Core.Numerics;
using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Workloads.Specs;

namespace RapidTuner.Evaluation.Workloads.Fitting;

/// <summary>Fits joint lengths: all prompts, outputs and cached blocks given the prompt's class, and how ranks drift over time.</summary>
internal static class LengthFitter
{
    private const double PromptTolerance = 0.0015;

    /// <summary>Coarser than the prompts': errors of the classes average out over all outputs.</summary>
    private const double GivenPromptTolerance = 0.004;

    private const int ClassesMax = 24;
    private const int RequestsPerClass = 150;

    /// <summary>Requests that a class at the top needs; chosen: enough for the decades of its distribution.</summary>
    private const int TopRequestsMin = 60;

    private const int DriftBins = 12;
    private const int PeriodsMax = 48;

    /// <summary>Requests that a period needs on average; chosen: some 40 in each of its bins.</summary>
    private const int RequestsPerPeriod = 500;

    /// <summary>Fits the lengths of requests whose arrivals count from 0.</summary>
    public static LengthSpec Fit(TraceRequest[] requests, double durationS)
    {
        var promptRanks = Ranks(requests, request => request.PromptTokens, _ => 0, 1);
        var limits = Limits(requests.Length);
        var classes = limits.Length + 1;
        int ClassOf(int i) => LengthGenerator.ClassOf(limits, promptRanks[i]);
        var blockTokens = BlockTokens(requests);
        var prompts = requests.Select(request => (double)request.PromptTokens).Order().ToArray();
        return new LengthSpec
        {
            Prompt = CdfFitter.Whole(prompts, PromptTolerance),
            ClassLimits = limits,
            OutputByPrompt = Tables(requests, classes, ClassOf, request => request.OutputTokens),
            CachedBlocksByPrompt = blockTokens == 0 ? null : Tables(requests, classes, ClassOf, request => Blocks(request, blockTokens)),
            CachedBlockTokens = Math.Max(1, blockTokens),
            Drift = Drift(requests, promptRanks, Ranks(requests, request => request.OutputTokens, ClassOf, classes), durationS),
        };
    }

    /// <summary>
    /// Classes of equal size, and finer ones at the top: the longest prompts differ most among themselves, and what is cached of
    /// them is most of all that is cached.
    /// </summary>
    private static double[] Limits(int requests)
    {
        var classes = Math.Clamp(requests / RequestsPerClass, 1, ClassesMax);
        var limits = Enumerable.Range(1, classes - 1).Select(i => Math.Round((double)i / classes, 5)).ToList();
        for (var top = 0.5 / classes; classes > 1 && top * requests >= TopRequestsMin; top /= 2)
        {
            limits.Add(Math.Round(1 - top, 5));
        }

        return [.. limits];
    }

    /// <summary>Rank of each request among those of its group, in [0, 1); equal values are ordered at random, so that order of arrival says nothing.</summary>
    private static double[] Ranks(TraceRequest[] requests, Func<TraceRequest, int> value, Func<int, int> groupOf, int groups)
    {
        var rng = new Rng(1, "ties");
        var members = new List<(int Value, ulong Tie, int Index)>[groups];
        for (var i = 0; i < requests.Length; i++)
        {
            (members[groupOf(i)] ??= []).Add((value(requests[i]), rng.NextBits(), i));
        }

        var ranks = new double[requests.Length];
        foreach (var group in members)
        {
            group?.Sort();
            for (var at = 0; at < (group?.Count ?? 0); at++)
            {
                ranks[group![at].Index] = (at + 0.5) / group.Count;
            }
        }

        return ranks;
    }

    private static CdfSpec[] Tables(TraceRequest[] requests, int classes, Func<int, int> classOf, Func<TraceRequest, int> value)
    {
        var members = Enumerable.Range(0, classes).Select(_ => new List<double>()).ToArray();
        for (var i = 0; i < requests.Length; i++)
        {
            members[classOf(i)].Add(value(requests[i]));
        }

        return Array.ConvertAll(members, values => CdfFitter.Whole(values.Order().ToArray(), GivenPromptTolerance));
    }

    /// <summary>The block that most cached counts are multiples of (prompts cached in full need not be); 0 when nothing is cached.</summary>
    private static int BlockTokens(TraceRequest[] requests)
    {
        var cached = requests.Where(request => request.CachedTokens > 0).Select(request => request.CachedTokens).ToArray();
        if (cached.Length == 0)
        {
            return 0;
        }

        foreach (var block in (ReadOnlySpan<int>)[1024, 512, 256, 128, 64, 32, 16])
        {
            if (cached.Count(tokens => tokens % block == 0) >= 0.95 * cached.Length)
            {
                return block;
            }
        }

        return 1;
    }

    private static int Blocks(TraceRequest request, int blockTokens) =>
        request.CachedTokens == request.PromptTokens
            ? (request.CachedTokens + blockTokens - 1) / blockTokens
            : request.CachedTokens / blockTokens;

    private static DriftSpec? Drift(TraceRequest[] requests, double[] promptRanks, double[] outputRanks, double durationS)
    {
        var periods = Math.Min(requests.Length / RequestsPerPeriod, PeriodsMax);
        if (periods < 2 || durationS <= 0)
        {
            return null;
        }

        var stepS = CdfFitter.Significant(durationS / periods * 1.0001, 6);
        return new DriftSpec
        {
            StepS = stepS,
            Prompt = Weights(requests, promptRanks, periods, stepS),
            Output = Weights(requests, outputRanks, periods, stepS),
        };
    }

    private static double[][] Weights(TraceRequest[] requests, double[] ranks, int periods, double stepS)
    {
        var weights = Enumerable.Range(0, periods).Select(_ => new double[DriftBins]).ToArray();
        for (var i = 0; i < requests.Length; i++)
        {
            weights[Math.Min((int)(requests[i].ArrivalS / stepS), periods - 1)][(int)(ranks[i] * DriftBins)]++;
        }

        // A period without requests draws evenly, should one arrive after all.
        return Array.ConvertAll(weights, row => row.Sum() > 0 ? row : [.. Enumerable.Repeat(1.0, DriftBins)]);
    }
}
