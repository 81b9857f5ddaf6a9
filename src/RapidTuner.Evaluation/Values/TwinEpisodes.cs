using RapidTuner.Control.Learned;
using RapidTuner.Control.Planning;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Numerics;
using RapidTuner.Core.Samples;
using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.OffPolicy;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Slos;
using RapidTuner.Evaluation.Workloads;
using RapidTuner.Learning.Q;

namespace RapidTuner.Evaluation.Values;

/// <summary>
/// Plans to learn from, made in the twin: generated workloads, from little load to too much, under every SLO tier, the rule's parameters drawn anew
/// every two seconds, half of the time those that the run calls home. A function of device, model and seed.
/// </summary>
public static class TwinEpisodes
{
    // Chosen: from half empty to a queue that grows.
    private static readonly double[] Loads = [0.5, 0.75, 1, 1.3];

    // Chosen: as long as four times the discount's reach, after the engine has filled.
    private const double SpanS = 240;

    // Long prompts at a crawl would leave nothing to learn from; this many requests are as long as it takes.
    private const int RequestsMin = 120;

    private const double HomeShare = 0.5;

    private static readonly SloTier[] Tiers = [SloTier.Paper, SloTier.Middle, SloTier.Tight];

    /// <summary>Makes the episodes of one device and model, one at a time.</summary>
    /// <param name="device">The device.</param>
    /// <param name="model">The model.</param>
    /// <param name="stack">Host and launch cost.</param>
    /// <param name="tensorParallel">Devices that hold one copy of the model.</param>
    /// <param name="rounds">Episodes of each workload, tier and load, 1 or more.</param>
    /// <param name="seed">Seed of loads, jitter and draws.</param>
    /// <param name="cancel">Ends it between two episodes.</param>
    public static IEnumerable<ValueEpisode> Of(DeviceSpec device, ModelSpec model, StackSpec stack, int tensorParallel, int rounds, ulong seed, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(model);
        var number = 0UL;
        foreach (var workload in WorkloadSource.Names())
        {
            var scene = new ReplayScene { Trace = WorkloadSource.Load(workload, seed), Device = device, Model = model, Stack = stack, TensorParallel = tensorParallel };
            foreach (var tier in Tiers)
            {
                var cell = new ReplayCell(scene, new ReplayOptions { Policies = [], Tier = tier });
                foreach (var load in Enumerable.Repeat(Loads, rounds).SelectMany(l => l))
                {
                    cancel.ThrowIfCancellationRequested();
                    if (cell.Trace.Requests.Length > 1 && Run(cell, load, (seed << 16) + number) is { } episode)
                    {
                        yield return episode;
                    }

                    number++;
                }
            }
        }
    }

    private static ValueEpisode? Run(ReplayCell cell, double load, ulong seed)
    {
        var rng = new Rng(seed, "value episodes");
        var requests = cell.Trace.Requests;
        var (prompt, output) = (requests.Average(r => (double)(r.PromptTokens - r.CachedTokens)), requests.Average(r => (double)r.OutputTokens));
        var rateRps = load * PlanFeatures.CapacityRps(cell.Profile, cell.Device.Units, cell.Limits.Slo.ItlS, Math.Max(1, prompt), Math.Max(1, output));
        var cut = Cut(cell.Trace, rateRps, rng.NextDouble());
        var home = rng.NextInt(RuleActions.Learned.Count);
        var steps = MixtureRun.Of(cell, new Load(cut, cell.Limits, 0), [.. RuleActions.Learned.Select(p => (Action(p), cell.RuleOf(p)))],
            new Setting { Kind = RowKind.Pure, Policy = "" }, Chances(home), GreedyPlans.TickS, seed).Steps;

        // What follows the last arrival is an engine running dry, which no planner looks at.
        var endS = cut[^1].ArrivalS;
        steps = [.. steps.TakeWhile(s => s.AtS + s.DurationS <= endS)];
        return steps.Count < 2 ? null : new ValueEpisode { Steps = steps, RequestsPerS = cut.Length / endS, Latency = cell.Profile, Units = cell.Device.Units };
    }

    /// <summary>A stretch of the trace at a rate, from somewhere in it.</summary>
    private static TraceRequest[] Cut(Trace trace, double rateRps, double from)
    {
        var all = trace.Requests;
        var count = Math.Min(all.Length, Math.Max(RequestsMin, (int)(rateRps * SpanS)));
        var first = (int)(from * (all.Length - count));
        var part = all[first..(first + count)];
        var startS = part[0].ArrivalS;
        var stretch = count / rateRps / Math.Max(1e-3, part[^1].ArrivalS - startS);
        return Array.ConvertAll(part, r => r with { ArrivalS = (r.ArrivalS - startS) * stretch });
    }

    private static double[] Chances(int home)
    {
        var chances = new double[RuleActions.Learned.Count];
        Array.Fill(chances, (1 - HomeShare) / (chances.Length - 1));
        chances[home] = HomeShare;
        return chances;
    }

    private static PlanCandidate Action(RuleParameters parameters) => PlanReport.Candidate(parameters, chosen: false);
}
