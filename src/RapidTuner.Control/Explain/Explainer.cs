using System.Globalization;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Control.Explain;

/// <summary>Explains a decision from its record alone: no model, no policy and no engine is asked.</summary>
public static class Explainer
{
    /// <summary>The explanation of <paramref name="record"/>.</summary>
    public static Explanation Of(DecisionRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var plan = PlanDocument.TryRead(record);
        return new Explanation
        {
            Decided = Decided(record, plan),
            Seen = Seen(record.Seen),
            Forecast = plan?.Forecast is { } forecast ? Told(forecast) : null,
            Candidates = plan is null ? [] : [.. plan.Candidates.OrderByDescending(c => c.Score ?? double.NegativeInfinity).Select(c => Told(c, plan))],
            Why = plan is null ? ReasonText.Why(record.Chosen.Reason) : PlanWhy(record, plan),
            Otherwise = plan is null ? ReasonText.Otherwise(record.Chosen.Reason) : PlanOtherwise(plan),
            ModelId = record.ModelId,
        };
    }

    private static string Decided(DecisionRecord record, PlanDocument? plan)
    {
        var chosen = record.Chosen;
        var levers = chosen.ChunkTokens > 0 ? $", chunks of {(chosen.ChunkTokens == int.MaxValue ? "whole prompts" : $"{chosen.ChunkTokens} tokens")}" : "";
        var demotion = chosen.DemotionTokensPerS > 0 ? ", hopeless requests last" : "";
        var name = plan is null ? "" : $"plan `{plan.Chosen.Name}`: ";
        return $"{name}{chosen.Split.PrefillUnits} units for prefill and {chosen.Split.DecodeUnits} for decode of {record.Seen.DeviceUnits}{levers}{demotion}, by {record.Policy}";
    }

    private static List<string> Seen(in Observation seen)
    {
        var facts = new List<string>
        {
            Invariant($"at {seen.NowS:F3} s, about to launch {seen.Launching.ToString().ToLowerInvariant()}; in force {seen.Split.PrefillUnits} + {seen.Split.DecodeUnits} units"),
            Invariant($"{seen.PrefillQueued} requests with {seen.PrefillQueuedTokens} prompt tokens waited{(double.IsFinite(seen.PrefillHeadSlackS) ? Invariant($", the first had {seen.PrefillHeadSlackS:F3} s left for its first token") : "")}"),
            Invariant($"{seen.DecodeNext.Sequences} sequences on {seen.DecodeNext.ContextTokens} tokens were in decode, {seen.DecodeJoining} of them about to join; the latest step took {seen.DecodeLatestStepS * 1000:F1} ms of {seen.ItlLimitS * 1000:F1} ms allowed"),
            Invariant($"{seen.KvFreeShare:P1} of the KV cache was free"),
        };
        if (seen.PrefillRunning)
        {
            facts.Add(Invariant($"a prefill step of {seen.PrefillWork.NewTokens} tokens ran on {seen.PrefillUnits} units since {seen.NowS - seen.PrefillStartedS:F3} s"));
        }

        return facts;
    }

    private static string Told(PlanForecast forecast)
    {
        var requests = forecast.RequestsPerS is { } r
            ? Invariant($"{r:F2} requests/s{(forecast.RequestsPerSLow is { } low && forecast.RequestsPerSHigh is { } high ? Invariant($" ({low:F2} to {high:F2})") : "")}")
            : "no request rate";
        var prompt = forecast.PromptTokensPerS is { } p ? Invariant($", {p:F0} prompt tokens/s") : "";
        var output = forecast.OutputTokensPerS is { } o ? Invariant($", {o:F0} output tokens/s") : "";
        return Invariant($"{requests}{prompt}{output} over the next {forecast.HorizonS:F1} s");
    }

    private static string Told(PlanCandidate candidate, PlanDocument plan)
    {
        var parameters = candidate.Parameters.Count == 0 ? "" : $" ({string.Join(", ", candidate.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => Invariant($"{p.Key} {p.Value:G4}")))})";
        string?[] expected =
        [
            candidate.Attained is { } a ? Invariant($"{a:F2} requests attained") : null,
            candidate.Terminal is { } t ? Invariant($"{t:F2} after the horizon") : null,
            candidate.SwitchingCost is { } s ? Invariant($"switching costs {s:F2}") : null,
            candidate.Score is { } score ? Invariant($"score {score:F2}") : null,
            candidate.ItlUpperS is { } itl ? Invariant($"decode step at most {itl * 1000:F1} ms") : null,
            candidate.TtftUpperShare is { } ttft ? Invariant($"first token at most {ttft:P0} of its limit") : null,
        ];
        var mark = ReferenceEquals(candidate, plan.Chosen) ? ", chosen" : "";
        return $"{candidate.Name}{parameters}: {string.Join(", ", expected.Where(e => e is not null).DefaultIfEmpty("nothing was predicted"))}{mark}";
    }

    private static string PlanWhy(DecisionRecord record, PlanDocument plan)
    {
        if (plan.Explored)
        {
            return Invariant($"{ReasonText.Why(Reason.Explored)}, with probability {record.Propensity:G3}");
        }

        var runnerUp = RunnerUp(plan);
        var best = plan.Chosen.Score is { } score && !(runnerUp?.Score > score);
        var kept = plan.ChosenIndex == plan.CurrentIndex ? ", which was in force already" : "";
        return !best
            ? $"it was not the best scored: guardrails or its own rule put it in force{kept}; {ReasonText.Why(record.Chosen.Reason)}"
            : runnerUp?.Score is { } next
                ? Invariant($"it had the highest score, {plan.Chosen.Score:F2} against {next:F2} of `{runnerUp.Name}`{kept}")
                : $"it was the only candidate with a score{kept}";
    }

    private static string PlanOtherwise(PlanDocument plan)
    {
        if (RunnerUp(plan) is not { } other || plan.Chosen.Score is not { } score || other.Score is not { } next)
        {
            return "another candidate with a score";
        }

        var gap = Math.Abs(score - next);
        if (score < next)
        {
            return Invariant($"without that, `{other.Name}` would have been in force, {gap:F2} requests ahead");
        }

        var switching = other.SwitchingCost is > 0 and var cost && cost > gap ? Invariant($"; free switching would have been enough, it cost {cost:F2}") : "";
        return Invariant($"`{other.Name}` would have been chosen had it been expected to attain {gap:F2} requests more{switching}");
    }

    private static PlanCandidate? RunnerUp(PlanDocument plan) =>
        plan.Candidates.Where((c, i) => i != plan.ChosenIndex && c.Score is not null).MaxBy(c => c.Score);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
