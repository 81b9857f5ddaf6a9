using System.Globalization;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;

namespace RapidTuner.Control.Policies;

/// <summary>The names of policies, in the order of COMPARISON §2, and how they are read.</summary>
public static class PolicyNames
{
    /// <summary>Chunked-prefill hybrid batching, an engine mode.</summary>
    public const string Hybrid = "hybrid";

    /// <summary>Prefill and decode on devices of their own, an engine mode.</summary>
    public const string Disagg = "disagg";

    /// <summary>The best static split in hindsight, a search.</summary>
    public const string StaticBest = "static-best";

    /// <summary>The same with its best constant demotion and cap on a chunk's time too: what <see cref="Learned"/> with every lever is compared with.</summary>
    public const string StaticBestLevers = "static-best:levers";

    /// <summary>Search with hindsight, an upper bound.</summary>
    public const string Oracle = "oracle";

    /// <summary>The same with order and chunk held at static-best's.</summary>
    public const string OracleSplitOnly = "oracle:split-only";

    /// <summary>RapidTuner's own: nothing of it is chosen in hindsight.</summary>
    public const string Learned = "learned";

    /// <summary>The same with order and chunk held at constants, chosen as a rival's.</summary>
    public const string LearnedSplitOnly = "learned:split-only";

    /// <summary>The rule alone, under its first parameters, on a measured profile: nothing planned.</summary>
    public const string LearnedTableOnly = "learned:table-only";

    /// <summary>The same with the shipped champion's latencies in place of a measured profile; off by default, for it loses (docs/results/policies.md).</summary>
    public const string LearnedChampion = "learned:champion";

    /// <summary>The same with decode never waiting for a prefill step's end (docs/adr/0008-decode-may-wait.md).</summary>
    public const string LearnedNoHold = "learned:no-hold";

    /// <summary>The same with phases never fused into one step (docs/adr/0010-fused-steps-and-admission.md).</summary>
    public const string LearnedNoFuse = "learned:no-fuse";

    /// <summary>The same with prompts of any length admitted while the KV cache has room (docs/adr/0010-fused-steps-and-admission.md).</summary>
    public const string LearnedNoAdmit = "learned:no-admit";

    /// <summary><see cref="Learned"/> with a learned value of the state at a rollout's end (docs/reinforcement.md); off by default, for it does not pay.</summary>
    public const string LearnedQ = "learned:q";

    /// <summary>Without one: <see cref="Learned"/> as it is.</summary>
    public const string LearnedNoQ = "learned:no-q";

    /// <summary>No rollouts: every two seconds the parameters that are expected to gain most until the next two, a contextual bandit.</summary>
    public const string LearnedBandit = "learned:bandit";

    /// <summary><see cref="Learned"/> with arrivals to come forecast; off by default, for it does not pay.</summary>
    public const string LearnedForecast = "learned:forecast";

    /// <summary>Without a forecast: <see cref="Learned"/> as it is.</summary>
    public const string LearnedNoForecast = "learned:no-forecast";

    /// <summary><see cref="LearnedChampion"/> with the champion's physical law alone: <see cref="Learned"/> itself has no trees.</summary>
    public const string LearnedNoTrees = "learned:no-trees";

    /// <summary>Every rival, and <see cref="Learned"/>.</summary>
    public const string All = "all";

    private const string StaticPrefix = "static:";

    /// <summary>The policies that are pure functions and stand in this project; <c>static:F</c> joins them for any F.</summary>
    public static IReadOnlyList<string> Pure { get; } =
    [
        "overlap", "rapid", "nexus", "pdmux", "bullet", "atom", Learned, LearnedSplitOnly, LearnedTableOnly, LearnedNoHold, LearnedNoFuse, LearnedNoAdmit, LearnedChampion, LearnedNoTrees,
        LearnedQ, LearnedNoQ, LearnedBandit, LearnedForecast, LearnedNoForecast,
    ];

    /// <summary>What <see cref="All"/> stands for: ablations are asked for by name.</summary>
    public static IReadOnlyList<string> Rivals { get; } = [Hybrid, Disagg, StaticBest, .. Pure.Where(name => !name.Contains(':', StringComparison.Ordinal)), Oracle];

    /// <summary>
    /// Reads a list such as <c>rapid,static:0.6</c> or <c>all</c>: as spelled, in the order given, each once. Case does not matter
    /// to what a name means, but rows are to carry the name that was asked for. Throws
    /// <see cref="BadInputException"/> with every name that is not one, and the nearest that is.
    /// </summary>
    /// <param name="list">Names, divided by commas.</param>
    /// <param name="where">Option or key that the list came from.</param>
    public static IReadOnlyList<string> Parse(string list, string where = "--policy")
    {
        var names = new List<string>();
        var problems = new Problems();
        foreach (var name in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var known = name.ToLowerInvariant();
            if (Check(known, where, problems))
            {
                names.AddRange(known == All ? Rivals : [name]);
            }
        }

        if (names.Count == 0 && !problems.Any)
        {
            problems.Add(where, "names no policy", $"give one or more of {Known()}");
        }

        problems.ThrowIfAny();
        return [.. names.Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>True for <c>learned</c> and its ablations.</summary>
    public static bool IsLearned(string name) => name == Learned || (name.StartsWith(Learned + ":", StringComparison.Ordinal) && Pure.Contains(name));

    /// <summary>True for <c>learned</c> and those of its ablations that choose order and chunk for themselves.</summary>
    public static bool ChoosesItself(string name) =>
        IsLearned(name) && name != LearnedSplitOnly;

    /// <summary>True for <c>static:F</c> with 0 &lt; F &lt; 1, which is then prefill's share.</summary>
    public static bool TryStaticShare(string name, out double prefillShare)
    {
        prefillShare = 0;
        return name.StartsWith(StaticPrefix, StringComparison.OrdinalIgnoreCase)
            && double.TryParse(name.AsSpan(StaticPrefix.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out prefillShare)
            && prefillShare is > 0 and < 1;
    }

    /// <summary>Gives back, in lower case, the name of a rule that can run by itself: one of <see cref="Pure"/> or <c>static:F</c>.</summary>
    /// <exception cref="BadInputException">It is no policy, or an engine mode or a search.</exception>
    public static string CheckPure(string name, string where)
    {
        var known = name.ToLowerInvariant();
        return Pure.Contains(known) || TryStaticShare(known, out _) ? known : throw NotPure(known, where);
    }

    /// <summary>The problem that a name which is no pure policy is.</summary>
    internal static BadInputException NotPure(string name, string where)
    {
        var problems = new Problems();
        if (Check(name, where, problems))
        {
            problems.Add(where, $"'{name}' is an engine mode or a search, no rule of its own", $"give static:F or one of {string.Join(", ", Pure)}");
        }

        return new BadInputException(problems);
    }

    private static bool Check(string name, string where, Problems problems)
    {
        if (name is All or OracleSplitOnly or StaticBestLevers || Rivals.Contains(name) || Pure.Contains(name) || TryStaticShare(name, out _))
        {
            return true;
        }

        if (name.StartsWith("static", StringComparison.Ordinal) && (name == "static" || name.StartsWith(StaticPrefix, StringComparison.Ordinal)))
        {
            problems.Add(where, $"'{name}' has no share between 0 and 1", "give prefill's share of the units, such as static:0.6");
            return false;
        }

        problems.Add(where, $"'{name}' is no policy", $"did you mean '{Nearest(name)}'? Known: {Known()}");
        return false;
    }

    private static string Known() => string.Join(", ", [Hybrid, Disagg, "static:F", StaticBest, StaticBestLevers, .. Pure, Oracle, OracleSplitOnly, All]);

    private static string Nearest(string name) => Spelling.Nearest(name, [.. Rivals, "static:0.5", All]);
}
