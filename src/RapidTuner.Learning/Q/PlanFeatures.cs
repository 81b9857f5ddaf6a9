using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Learning.Q;

/// <summary>
/// A plan's state as multiples of what this device can do with this model under this limit, so that what was learned on one says something of
/// another: work in seconds of the whole device, steps in limits, load in shares of capacity.
/// </summary>
public static class PlanFeatures
{
    private const int PromptTokensUnknown = 2048;
    private const int SequencesMax = 8192;
    private const double SecondsMax = 120;
    private const double RatioMax = 8;

    /// <summary>Names, in order; an artefact keeps them as its schema.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "decode_step_itls", "decode_fill", "prefill_queued_work_s", "prefill_queued_arrivals_s", "prefill_oldest_wait_s", "prefill_head_slack_s", "kv_free_share",
        "decode_latest_step_itls", "prefill_load", "decode_load", "output_tokens_log", "prompt_work_s", "least_step_itls",
    ];

    /// <summary>Fields.</summary>
    public static int Count => Names.Count;

    /// <summary>Fills a row of <see cref="Count"/> fields; every one is finite.</summary>
    /// <param name="into">Filled.</param>
    /// <param name="state">The state; rates that are unknown count as none.</param>
    /// <param name="latency">What steps of this model take on this device.</param>
    /// <param name="units">The device's units.</param>
    /// <param name="itlLimitS">Limit on the inter-token latency, seconds, over 0.</param>
    public static void Fill(Span<double> into, in PlanState state, IStepLatency latency, int units, double itlLimitS)
    {
        ArgumentNullException.ThrowIfNull(latency);
        var (requests, prompts, outputs) = (Known(state.RequestsPerS), Known(state.PromptTokensPerS), Known(state.OutputTokensPerS));
        var (prompt, output) = requests > 0 ? (prompts / requests, outputs / requests) : (PromptTokensUnknown, PromptTokensUnknown / 8.0);
        var prefillTps = PrefillRate.TokensPerS(latency, units);
        var sequences = (int)Math.Clamp(Known(state.DecodeSequences), 0, SequencesMax);
        var context = sequences > 0 ? Known(state.DecodeContextTokens) / sequences : prompt + (output / 2);
        var batch = BatchAt(latency, units, context, itlLimitS);
        into[0] = Bounded(sequences == 0 ? 0 : StepS(latency, units, sequences, context) / itlLimitS, RatioMax);
        into[1] = Bounded(sequences / (double)batch, RatioMax);
        into[2] = Bounded(Known(state.PrefillQueuedTokens) / prefillTps, SecondsMax);
        into[3] = Bounded(requests > 0 ? Known(state.PrefillQueued) / requests : 0, SecondsMax);
        into[4] = Bounded(state.PrefillOldestWaitS, SecondsMax);
        into[5] = double.IsNaN(state.PrefillHeadSlackS) ? PlanState.SlackMaxS : Math.Clamp(state.PrefillHeadSlackS, -PlanState.SlackMaxS, PlanState.SlackMaxS);
        into[6] = Bounded(state.KvFreeShare, 1);
        into[7] = Bounded(state.DecodeLatestStepItlShare, RatioMax);
        into[8] = Bounded(prompts / prefillTps, RatioMax);
        into[9] = Bounded(outputs * itlLimitS / batch, RatioMax);
        into[10] = Math.Log(1 + Bounded(output, 1e6));
        into[11] = Bounded(prompt / prefillTps, SecondsMax);
        into[12] = Bounded(StepS(latency, units, 1, context) / itlLimitS, RatioMax);
    }

    /// <summary>Requests per second at which prefill and decode, each alone on the whole device, would fill its time: a scale for rates, not a limit.</summary>
    /// <param name="latency">What steps take.</param>
    /// <param name="units">The device's units.</param>
    /// <param name="itlLimitS">Limit on the inter-token latency, seconds, over 0.</param>
    /// <param name="promptTokens">Mean new prompt tokens of a request, over 0.</param>
    /// <param name="outputTokens">Mean output tokens of a request, over 0.</param>
    public static double CapacityRps(IStepLatency latency, int units, double itlLimitS, double promptTokens, double outputTokens)
    {
        ArgumentNullException.ThrowIfNull(latency);
        var batch = BatchAt(latency, units, promptTokens + (outputTokens / 2), itlLimitS);
        return 1 / ((promptTokens / PrefillRate.TokensPerS(latency, units)) + (outputTokens * itlLimitS / batch));
    }

    /// <summary>The largest batch whose step alone on the whole device keeps the limit, 1 or more.</summary>
    private static int BatchAt(IStepLatency latency, int units, double context, double itlLimitS)
    {
        var (fits, most) = (1, SequencesMax);
        while (fits < most)
        {
            var tried = (fits + most + 1) / 2;
            (fits, most) = StepS(latency, units, tried, context) <= itlLimitS ? (tried, most) : (fits, tried - 1);
        }

        return fits;
    }

    private static double StepS(IStepLatency latency, int units, int sequences, double context)
    {
        var work = StepWork.Decode(sequences, (long)(sequences * context));
        return latency.AloneS(Phase.Decode, in work, units);
    }

    private static double Known(double value) => double.IsFinite(value) ? Math.Max(0, value) : 0;

    private static double Bounded(double value, double most) => double.IsNaN(value) ? 0 : Math.Clamp(value, 0, most);
}
