using RapidTuner.Core.Errors;
using RapidTuner.Evaluation.Workloads.Reading;

namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>Everything that a spec must be beyond being JSON with the right fields; each fault names its field.</summary>
internal sealed class SpecChecks(string path, Problems problems)
{
    /// <summary>Longest trace, seconds; chosen: ten years.</summary>
    private const double DurationSMax = 3.2e8;

    /// <summary>Most requests that a spec may ask for; chosen: twice the ten million that readers are tested with.</summary>
    private const double RequestsMax = 2e7;

    /// <summary>The SLO classes that a spec may name.</summary>
    public static readonly string[] SloClasses = ["interactive", "reasoning", "agent", "batch"];

    /// <summary>Adds all faults of <paramref name="spec"/>.</summary>
    public void Check(WorkloadSpec spec)
    {
        Require(spec.Format == WorkloadSpec.CurrentFormat, "format", $"is `{spec.Format}`", $"this version reads {WorkloadSpec.CurrentFormat}");
        Require(spec.Name.Length > 0, "name", "is missing", "give the name that --workload takes");
        Require(SloClasses.Contains(spec.SloClass), "slo_class", $"is `{spec.SloClass}`", $"give one of {string.Join(", ", SloClasses)}");
        Range("duration_s", spec.DurationS, 0, DurationSMax);
        if (spec.Timestamps is { } stamps)
        {
            Range("timestamps.step_s", stamps.StepS, 1e-6, 3600);
            Cdf("timestamps.jitter_ms", stamps.JitterMs, double.MinValue, double.MaxValue);
        }

        Require(spec.Components.Count > 0, "components", "is empty", "give at least one component");
        for (var i = 0; i < spec.Components.Count; i++)
        {
            Component($"components[{i}]", spec.Components[i], spec.DurationS);
        }

        Require(spec.Components.Select(part => part.Name).Distinct().Count() == spec.Components.Count, "components", "has two of one name", "name each component differently");
    }

    private void Component(string at, ComponentSpec part, double durationS)
    {
        Require(part.Name.Length > 0, at + ".name", "is missing", "name the component");
        Rate(at + ".rate", part.Rate, durationS);
        if (part.Bursts is { } bursts)
        {
            Range(at + ".bursts.per_hour", bursts.PerHour, 0, 3600);
            Range(at + ".bursts.mean_s", bursts.MeanS, 0.001, 86_400);
            Range(at + ".bursts.factor", bursts.Factor, 0, 1000);
        }

        if (part.Gaps is { } gaps)
        {
            Gaps(at + ".gaps", gaps);
        }

        Lengths(at + ".lengths", part.Lengths);
    }

    private void Rate(string at, RateSpec rate, double durationS)
    {
        var steps = rate.Requests is not null;
        var knots = rate.AtS is not null && rate.PerS is not null;
        Require(steps != knots, at, "is neither steps nor knots", "give step_s and requests, or at_s and per_s");
        if (rate.Requests is { } requests)
        {
            Range(at + ".step_s", rate.StepS, 1e-3, DurationSMax);
            Require(requests.Count > 0 && requests.All(count => count >= 0), at + ".requests", "is empty or has a negative count", "give expected requests per step, 0 or more");
            Require(requests.Count * rate.StepS >= durationS, at + ".requests", $"ends at {requests.Count * rate.StepS} s", $"cover duration_s ({durationS})");
            Require(requests.Sum() <= RequestsMax, at + ".requests", "asks for too many requests", $"stay below {RequestsMax}");
        }
        else if (rate.AtS is { } times && rate.PerS is { } rates)
        {
            Require(times.Count > 0 && times.Count == rates.Count, at, $"has {times.Count} times and {rates.Count} rates", "give one rate for each time");
            Require(Rises(times, strictly: true), at + ".at_s", "does not rise", "sort the knots by time");
            Require(rates.All(value => value is >= 0 and <= 1e6), at + ".per_s", "has a rate below 0 or above 1e6", "give requests per second");
            Require(rates.Count == 0 || rates.Max() * durationS <= RequestsMax, at + ".per_s", "asks for too many requests", $"stay below {RequestsMax}");
        }
    }

    private void Gaps(string at, GapSpec gaps)
    {
        Require(gaps.Cv is null != gaps.Classes is null, at, "is neither cv nor classes", "give one of them");
        if (gaps.Cv is { } cv)
        {
            Range(at + ".cv", cv, 0.01, 20);
        }

        if (gaps.Classes is { } classes)
        {
            var limits = gaps.RateLimits ?? [];
            Require(classes.Count > 0 && limits.Count == classes.Count - 1, at, $"has {classes.Count} classes and {limits.Count} limits", "give one limit between each two classes");
            Require(gaps.Unit is GapSource.MeanGap or GapSource.Seconds, at + ".unit", $"is `{gaps.Unit}`", $"give {GapSource.MeanGap} or {GapSource.Seconds}");
            Require(Rises(limits, strictly: true), at + ".rate_limits", "does not rise", "sort the limits");
            for (var i = 0; i < classes.Count; i++)
            {
                Cdf($"{at}.classes[{i}]", classes[i], 0, 1e9);
                Require(classes[i].At.Count == 0 || classes[i].At[^1] > 0, $"{at}.classes[{i}]", "has only gaps of 0", "give a gap above 0");
            }
        }
    }

    private void Lengths(string at, LengthSpec lengths)
    {
        var ways = (lengths.Like is null ? 0 : 1) + (lengths.Lognormal is null ? 0 : 1) + (lengths.Prompt is null ? 0 : 1);
        Require(ways == 1, at, $"is given in {ways} ways", "give exactly one of like, lognormal, prompt");
        Require(lengths.Like is null || (lengths.Like.Length > 0 && lengths.Like.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && !lengths.Like.Contains("..")), at + ".like", "is no name", "give the name of a spec of the same folder");
        if (lengths.Lognormal is { } lognormal)
        {
            Lognormal(at + ".lognormal.prompt", lognormal.Prompt);
            Lognormal(at + ".lognormal.output", lognormal.Output);
            Range(at + ".lognormal.correlation", lognormal.Correlation, -1, 1);
            Range(at + ".lognormal.cached_share", lognormal.CachedShare, 0, 1);
            Range(at + ".lognormal.cached_share_spread", lognormal.CachedShareSpread, 0, 1);
        }

        if (lengths.Prompt is not null)
        {
            Tables(at, lengths);
        }
    }

    private void Tables(string at, LengthSpec lengths)
    {
        Cdf(at + ".prompt", lengths.Prompt, 0, Tokens.Max);
        var outputs = lengths.OutputByPrompt ?? [];
        var limits = lengths.ClassLimits ?? [];
        Require(Rises(limits, strictly: true) && limits.All(limit => limit is > 0 and < 1), at + ".class_limits", "does not rise within 0 and 1", "give rising shares");
        Require(outputs.Count == limits.Count + 1, at + ".output_by_prompt", $"has {outputs.Count} distributions for {limits.Count + 1} classes", "give one for each class");
        for (var i = 0; i < outputs.Count; i++)
        {
            Cdf($"{at}.output_by_prompt[{i}]", outputs[i], 0, Tokens.Max);
        }

        var cached = lengths.CachedBlocksByPrompt ?? [];
        Require(cached.Count == 0 || cached.Count == limits.Count + 1, at + ".cached_blocks_by_prompt", $"has {cached.Count} distributions for {limits.Count + 1} classes", "give one for each class, or none");
        for (var i = 0; i < cached.Count; i++)
        {
            Cdf($"{at}.cached_blocks_by_prompt[{i}]", cached[i], -1, Tokens.Max);
        }

        Range(at + ".cached_block_tokens", lengths.CachedBlockTokens, 1, Tokens.Max);
        if (lengths.Drift is { } drift)
        {
            Range(at + ".drift.step_s", drift.StepS, 1e-3, DurationSMax);
            Weights(at + ".drift.prompt", drift.Prompt);
            Weights(at + ".drift.output", drift.Output);
            Require(drift.Prompt.Count == drift.Output.Count, at + ".drift", $"has {drift.Prompt.Count} periods of prompts and {drift.Output.Count} of outputs", "give one row of each per period");
        }
    }

    private void Lognormal(string at, LognormalSpec lognormal)
    {
        Range(at + ".median", lognormal.Median, 1, Tokens.Max);
        Range(at + ".sigma", lognormal.Sigma, 0, 10);
        Range(at + ".min", lognormal.Min, 1, Tokens.Max);
        Range(at + ".max", lognormal.Max, lognormal.Min, Tokens.Max);
    }

    private void Weights(string at, IReadOnlyList<IReadOnlyList<double>> rows) =>
        Require(rows.Count > 0 && rows.All(row => row.Count == rows[0].Count && row.All(weight => weight >= 0) && row.Sum() > 0), at, "is empty or has a row without weight", "give rows of equal length with weights of 0 or more");

    private void Cdf(string at, CdfSpec? cdf, double min, double max)
    {
        if (cdf is null)
        {
            return;
        }

        Require(cdf.At.Count >= 2 && cdf.At.Count == cdf.UpTo.Count, at, $"has {cdf.At.Count} values and {cdf.UpTo.Count} shares", "give two or more of each");
        Require(Rises(cdf.At, strictly: true) && cdf.At.All(value => value >= min && value <= max), at + ".at", "does not rise or is out of range", $"give rising values from {min} to {max}");
        Require(Rises(cdf.UpTo, strictly: false) && cdf.UpTo.Count > 0 && cdf.UpTo[0].Equals(0.0) && cdf.UpTo[^1].Equals(1.0), at + ".up_to", "does not rise from 0 to 1", "give cumulative shares from 0 to 1");
    }

    private void Range(string at, double value, double min, double max) => problems.InRange($"{path}: {at}", value, min, max);

    private void Require(bool holds, string at, string what, string mend)
    {
        if (!holds)
        {
            problems.Add($"{path}: {at}", what, mend);
        }
    }

    private static bool Rises(IReadOnlyList<double> values, bool strictly)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (!double.IsFinite(values[i]) || (i > 0 && (strictly ? values[i] <= values[i - 1] : values[i] < values[i - 1])))
            {
                return false;
            }
        }

        return true;
    }
}
