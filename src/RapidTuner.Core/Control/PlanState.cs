namespace RapidTuner.Core.Control;

/// <summary>
/// What the slow loop knows at one of its ticks: the engine's backlog and batch, and the load that arrives. A planner makes it at the end of
/// a rollout, a learner from logged observations and windows: both fill the same fields in the same units.
/// </summary>
public readonly record struct PlanState
{
    /// <summary>Fields, as <see cref="CopyTo"/> orders them.</summary>
    public const int Features = 11;

    /// <summary>Names of the fields, as <see cref="CopyTo"/> orders them; an artefact keeps them as its schema.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "decode_sequences", "decode_context_tokens", "prefill_queued", "prefill_queued_tokens", "prefill_oldest_wait_s", "prefill_head_slack_s",
        "kv_free_share", "decode_latest_step_itl_share", "requests_per_s", "prompt_tokens_per_s", "output_tokens_per_s",
    ];

    /// <summary>Sequences in decode, those ready to join included.</summary>
    public double DecodeSequences { get; init; }

    /// <summary>Their KV tokens.</summary>
    public double DecodeContextTokens { get; init; }

    /// <summary>Requests waiting for prefill.</summary>
    public double PrefillQueued { get; init; }

    /// <summary>Prompt tokens waiting for prefill.</summary>
    public double PrefillQueuedTokens { get; init; }

    /// <summary>Age of the longest waiting request, seconds; 0 when none waits.</summary>
    public double PrefillOldestWaitS { get; init; }

    /// <summary>Time until the head of the queue misses its TTFT limit, seconds (negative: missed); <see cref="SlackMaxS"/> at most, and when none waits.</summary>
    public double PrefillHeadSlackS { get; init; }

    /// <summary>Free KV blocks / all.</summary>
    public double KvFreeShare { get; init; }

    /// <summary>Duration of the latest decode step / limit on the inter-token latency; 0 before the first.</summary>
    public double DecodeLatestStepItlShare { get; init; }

    /// <summary>Requests that arrive per second; NaN: unknown.</summary>
    public double RequestsPerS { get; init; }

    /// <summary>Prompt tokens that arrive per second, cached ones included; NaN: unknown.</summary>
    public double PromptTokensPerS { get; init; }

    /// <summary>Output tokens that clients get per second; NaN: unknown.</summary>
    public double OutputTokensPerS { get; init; }

    /// <summary>Slack from which more makes no difference, seconds.</summary>
    public const double SlackMaxS = 60;

    /// <summary>The state of an observation, with the load that goes with it.</summary>
    /// <param name="seen">What the engine saw.</param>
    /// <param name="requestsPerS">Requests that arrive per second; NaN: unknown.</param>
    /// <param name="promptTokensPerS">Prompt tokens that arrive per second.</param>
    /// <param name="outputTokensPerS">Output tokens that clients get per second.</param>
    public static PlanState Of(in Observation seen, double requestsPerS, double promptTokensPerS, double outputTokensPerS) => new()
    {
        DecodeSequences = seen.DecodeNext.Sequences,
        DecodeContextTokens = seen.DecodeNext.ContextTokens,
        PrefillQueued = seen.PrefillQueued,
        PrefillQueuedTokens = seen.PrefillQueuedTokens,
        PrefillOldestWaitS = double.IsNaN(seen.PrefillOldestArrivalS) ? 0 : Math.Max(0, seen.NowS - seen.PrefillOldestArrivalS),
        PrefillHeadSlackS = Math.Clamp(double.IsNaN(seen.PrefillHeadSlackS) ? SlackMaxS : seen.PrefillHeadSlackS, -SlackMaxS, SlackMaxS),
        KvFreeShare = seen.KvFreeShare,
        DecodeLatestStepItlShare = seen.ItlLimitS > 0 ? seen.DecodeLatestStepS / seen.ItlLimitS : 0,
        RequestsPerS = requestsPerS,
        PromptTokensPerS = promptTokensPerS,
        OutputTokensPerS = outputTokensPerS,
    };

    /// <summary>Writes the fields to the first <see cref="Features"/> places of <paramref name="into"/>.</summary>
    public void CopyTo(Span<double> into)
    {
        into[10] = OutputTokensPerS;
        into[9] = PromptTokensPerS;
        into[8] = RequestsPerS;
        into[7] = DecodeLatestStepItlShare;
        into[6] = KvFreeShare;
        into[5] = PrefillHeadSlackS;
        into[4] = PrefillOldestWaitS;
        into[3] = PrefillQueuedTokens;
        into[2] = PrefillQueued;
        into[1] = DecodeContextTokens;
        into[0] = DecodeSequences;
    }
}
