using RapidTuner.Core.Control;
using RapidTuner.Evaluation.Replay;

namespace RapidTuner.Evaluation.Surrogates;

/// <summary>Reads policies from the outside: lets them serve a workload in the twin and says in rules what they did.</summary>
/// <param name="scene">Workload, device, model.</param>
/// <param name="options">Tier and seed.</param>
public sealed class PolicyStudy(ReplayScene scene, ReplayOptions options)
{
    private const int Kept = 8000;
    private const int Leaves = 8;

    /// <summary>A policy as rules.</summary>
    /// <exception cref="Core.Errors.BadInputException">There is no such pure policy, or the model does not fit the device.</exception>
    public PolicyRules Show(string policy, CancellationToken cancel = default)
    {
        var (met, attainment) = Serve(policy, cancel);
        var (decode, decodeFidelity) = Rules(met, s => (double)s.Chosen.Split.DecodeUnits / s.Seen.DeviceUnits);
        var (prefill, prefillFidelity) = Rules(met, s => (double)s.Chosen.Split.PrefillUnits / s.Seen.DeviceUnits);
        return new PolicyRules(policy, met.Count, decode, prefill, decodeFidelity, prefillFidelity, attainment);
    }

    /// <summary>Where <paramref name="b"/> differs from <paramref name="a"/>.</summary>
    /// <exception cref="Core.Errors.BadInputException">One of them is no pure policy, or the model does not fit the device.</exception>
    public PolicyDifference Compare(string a, string b, CancellationToken cancel = default)
    {
        var (met, attainmentA) = Serve(a, cancel);
        var (_, attainmentB) = Serve(b, cancel);
        var cell = new ReplayCell(scene, options);
        var other = PolicyOf(cell, b);
        var differences = new Dictionary<Situation, double>();
        var same = 0;
        foreach (var situation in met)
        {
            var seen = situation.Seen;
            var split = other.Palette.Nearest(other.Decide(in seen).Split);
            same += split == situation.Chosen.Split ? 1 : 0;
            differences[situation] = (double)(split.DecodeUnits - situation.Chosen.Split.DecodeUnits) / seen.DeviceUnits;
        }

        var (rules, _) = Rules(met, s => differences[s]);
        return new PolicyDifference(
            a, b, met.Count, met.Count == 0 ? 1 : (double)same / met.Count, met.Count == 0 ? 0 : differences.Values.Average(),
            [.. rules.OrderByDescending(r => Math.Abs(r.Share) * r.Weight)], attainmentA, attainmentB);
    }

    private static (IReadOnlyList<PolicyRule> Rules, double? Fidelity) Rules(IReadOnlyList<Situation> met, Func<Situation, double> target)
    {
        // Every second situation is read from, the others are asked about.
        var (read, asked) = (met.Where((_, i) => i % 2 == 0).ToArray(), met.Where((_, i) => i % 2 == 1).ToArray());
        if (read.Length == 0)
        {
            return ([], null);
        }

        var tree = RuleTree.Grow([.. read.Select(s => SituationFeatures.Of(s.Seen))], [.. read.Select(target)], Leaves);
        var rules = tree.Rules().Select(r => new PolicyRule(r.Conditions, r.Value, (double)r.Count / read.Length)).OrderByDescending(r => r.Weight).ToArray();
        if (asked.Length < 2)
        {
            return (rules, null);
        }

        var mean = asked.Average(target);
        var spread = asked.Sum(s => Math.Pow(target(s) - mean, 2));
        var error = asked.Sum(s => Math.Pow(target(s) - tree.Predict(SituationFeatures.Of(s.Seen)), 2));
        return (rules, spread > 1e-12 ? 1 - (error / spread) : 1);
    }

    private static IPolicy PolicyOf(ReplayCell cell, string name) =>
        cell.PolicyOf(RowPlan.Of(Control.Policies.PolicyNames.CheckPure(name.ToLowerInvariant(), "policy"), cell.Device, new ReplayOptions { Policies = [name] }).Start)!;

    private (IReadOnlyList<Situation> Met, double Attainment) Serve(string name, CancellationToken cancel)
    {
        var cell = new ReplayCell(scene, options);
        var recorded = new RecordedPolicy(PolicyOf(cell, name), Kept, options.Seed);
        var load = cell.AsIs(options.Seed, 1);
        var tally = new RunTally(load, cell.Limits.Slo.ItlS, detailed: false);
        var setting = RowPlan.Of(name, cell.Device, options).Start;
        var engine = cell.EngineOf(setting, recorded, tally, options.Seed);
        for (var i = 0; i < load.Requests.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            engine.Submit(in load.Requests[i], load.TtftLimitS[i]);
        }

        engine.Drain();
        return (recorded.Met, load.Scored == 0 ? 0 : (double)tally.Attained / load.Scored);
    }
}
