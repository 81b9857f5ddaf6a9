using System.Diagnostics;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Serving.Tracing;

/// <summary>Makes a span of each decision that changed the split, while someone listens.</summary>
internal sealed class DecisionSpans : IEngineObserver
{
    private Split _latest;

    /// <inheritdoc/>
    public void OnStep(in StepSample step)
    {
    }

    /// <inheritdoc/>
    public void OnGaps(double nowS, double gapS, int count)
    {
    }

    /// <inheritdoc/>
    public void OnRequest(in RequestSample request)
    {
    }

    /// <inheritdoc/>
    public void OnDecision(in Observation seen, in Decision decided)
    {
        if (decided.Split == _latest || !Spans.Source.HasListeners())
        {
            return;
        }

        _latest = decided.Split;
        using var span = Spans.Source.StartActivity("decide", ActivityKind.Internal, parentContext: default);
        span?.SetTag("rapidtuner.reason", decided.Reason.ToString());
        span?.SetTag("rapidtuner.prefill_units", decided.Split.PrefillUnits);
        span?.SetTag("rapidtuner.decode_units", decided.Split.DecodeUnits);
        span?.SetTag("rapidtuner.prefill_queued_tokens", seen.PrefillQueuedTokens);
        span?.SetTag("rapidtuner.decode_sequences", seen.DecodeNext.Sequences);
        span?.SetTag("rapidtuner.kv_free_share", seen.KvFreeShare);
    }
}
