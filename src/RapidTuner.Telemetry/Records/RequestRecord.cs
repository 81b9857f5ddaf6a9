using RapidTuner.Core.Samples;

namespace RapidTuner.Telemetry.Records;

/// <summary>One request as it is kept: lengths and times, nothing of its text.</summary>
public readonly record struct RequestRecord
{
    /// <summary>Rising number in its table, in order of ending; 0 before the store gave one.</summary>
    public long Seq { get; init; }

    /// <summary>The run it belongs to.</summary>
    public long Run { get; init; }

    /// <summary>The engine's number of the request, rising in order of arrival within a run.</summary>
    public long Request { get; init; }

    /// <summary>Arrival, Unix microseconds.</summary>
    public long ArrivalUs { get; init; }

    /// <summary>All prompt tokens.</summary>
    public int PromptTokens { get; init; }

    /// <summary>Prompt tokens found in the prefix cache.</summary>
    public int CachedTokens { get; init; }

    /// <summary>Tokens produced.</summary>
    public int OutputTokens { get; init; }

    /// <summary>First launch that computed part of the prompt; null when none did.</summary>
    public long? FirstScheduledUs { get; init; }

    /// <summary>First token; null when there is none.</summary>
    public long? FirstTokenUs { get; init; }

    /// <summary>End, Unix microseconds.</summary>
    public long FinishUs { get; init; }

    /// <summary>Limit on TTFT, microseconds; null when it has none.</summary>
    public long? TtftLimitUs { get; init; }

    /// <summary>Gaps over the ITL limit.</summary>
    public int LateGaps { get; init; }

    /// <summary>Longest of the gaps measured singly, microseconds.</summary>
    public long SingleGapMaxUs { get; init; }

    /// <summary>Times its KV was given up and recomputed.</summary>
    public int Preemptions { get; init; }

    /// <summary>How it ended.</summary>
    public Outcome Outcome { get; init; }

    /// <summary>Inside its SLO, as <see cref="RequestSample.Attained"/> defines it.</summary>
    public bool Attained => ToSample().Attained;

    /// <summary>The record of <paramref name="sample"/>, for a run whose engine time 0 is <paramref name="originUs"/>.</summary>
    public static RequestRecord From(in RequestSample sample, long originUs) => new()
    {
        Request = sample.Id,
        ArrivalUs = originUs + Micros.FromS(sample.ArrivalS),
        PromptTokens = sample.PromptTokens,
        CachedTokens = sample.CachedTokens,
        OutputTokens = sample.OutputTokens,
        FirstScheduledUs = originUs + Micros.FromSOrNull(sample.FirstScheduledS),
        FirstTokenUs = originUs + Micros.FromSOrNull(sample.FirstTokenS),
        FinishUs = originUs + Micros.FromS(sample.FinishS),
        TtftLimitUs = Micros.FromSOrNull(sample.TtftLimitS),
        LateGaps = sample.LateGaps,
        SingleGapMaxUs = Micros.FromS(sample.SingleGapMaxS),
        Preemptions = sample.Preemptions,
        Outcome = sample.Outcome,
    };

    /// <summary>The sample again, in engine seconds of a run whose origin is <paramref name="originUs"/>.</summary>
    public RequestSample ToSample(long originUs = 0) => new()
    {
        Id = Request,
        ArrivalS = Micros.ToS(ArrivalUs - originUs),
        PromptTokens = PromptTokens,
        CachedTokens = CachedTokens,
        OutputTokens = OutputTokens,
        FirstScheduledS = Micros.ToS(FirstScheduledUs - originUs),
        FirstTokenS = Micros.ToS(FirstTokenUs - originUs),
        FinishS = Micros.ToS(FinishUs - originUs),
        TtftLimitS = TtftLimitUs is { } limitUs ? Micros.ToS(limitUs) : double.PositiveInfinity,
        LateGaps = LateGaps,
        SingleGapMaxS = Micros.ToS(SingleGapMaxUs),
        Preemptions = Preemptions,
        Outcome = Outcome,
    };
}
