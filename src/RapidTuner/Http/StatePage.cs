using System.Text.Json;
using RapidTuner.Control.Guardrails;
using RapidTuner.Core;
using RapidTuner.Core.Samples;
using RapidTuner.Engine;
using RapidTuner.Serving;

namespace RapidTuner.Http;

/// <summary>What <c>GET /api/v1/state</c> answers. Base units, snake_case; a percentile of nothing is null.</summary>
internal static class StatePage
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public static object Of(EngineDescription engine, EngineSnapshot now, LiveFigures figures, TelemetryFigures telemetry, double? offeredRps, IWatchedPolicy? tuner) => new
    {
        Engine = new
        {
            engine.Kind,
            engine.Device,
            engine.Model,
            Tp = engine.TensorParallel,
            Units = engine.DeviceUnits,
            engine.KvTokens,
            engine.ContextTokens,
            Fault = now.Fault,
        },
        engine.Policy,
        Slo = new { engine.Slo.Tier, TtftSPer_1k = engine.Slo.TtftSPer1k, engine.Slo.TtftFloorS, engine.Slo.ItlS },
        UptimeS = now.NowS,
        Split = Of(now.Split),
        Pinned = now.Pinned is { } pinned ? Of(pinned) : null,
        Reason = JsonNamingPolicy.SnakeCaseLower.ConvertName(now.Reason.ToString()),
        now.PrefillQueued,
        now.PrefillQueuedTokens,
        now.DecodeSequences,
        now.KvFreeShare,
        now.InFlight,
        OfferedRps = offeredRps,
        Requests = new
        {
            Submitted = now.Requests,
            Finished = figures.Ended(Outcome.Finished),
            figures.Attained,
            RejectedSize = figures.Ended(Outcome.RejectedSize),
            RejectedLoad = figures.Ended(Outcome.RejectedLoad),
            Cancelled = figures.Ended(Outcome.Cancelled),
        },
        OutputTokens = figures.OutputTokens,
        Steps = new { Prefill = figures.Steps(Phase.Prefill), Decode = figures.Steps(Phase.Decode) },
        now.Switches,
        now.Preemptions,
        LatestMinute = new
        {
            TtftS = Percentiles(figures.TtftS, now.NowS),
            ItlS = Percentiles(figures.ItlS, now.NowS),
        },
        Tuner = tuner is null ? null : TunerPage.Of(tuner, now.NowS),
        telemetry.Acknowledged,
        Telemetry = new { telemetry.Written, telemetry.Dropped },
    };

    public static object Of(Split split) => new { split.PrefillUnits, split.DecodeUnits };

    private static object Percentiles(RollingHistogram values, double nowS) => new
    {
        P50 = values.Quantile(nowS, 0.5),
        P90 = values.Quantile(nowS, 0.9),
        P99 = values.Quantile(nowS, 0.99),
    };
}
