using System.Text;
using RapidTuner.Control.Guardrails;
using RapidTuner.Control.Trust;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Engine;
using RapidTuner.Http.OpenAi;
using RapidTuner.Serving;

namespace RapidTuner.Http;

/// <summary>Writes the service's figures in Prometheus' text format 0.0.4: base units, counters end in <c>_total</c>.</summary>
internal sealed class PrometheusText
{
    private static readonly double[] EdgesS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    private static readonly double[] DecideEdgesS = [2.5e-7, 5e-7, 1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 1e-3, 1e-2];

    private readonly StringBuilder _text = new();

    public static string Of(EngineDescription what, EngineSnapshot engine, LiveFigures figures, TelemetryFigures telemetry, GenerationSlots slots, IWatchedPolicy? tuner, TrialState? trial)
    {
        var page = new PrometheusText();
        page.Gauge("rapidtuner_build_info", "1, with the version as a label.", [("version", CommandTree.Version, 1)]);
        page.Gauge("rapidtuner_slo_itl_seconds", "Limit on inter-token latency.", [("", "", what.Slo.ItlS)]);
        page.Gauge("rapidtuner_slo_ttft_floor_seconds", "Least limit on time to first token.", [("", "", what.Slo.TtftFloorS)]);
        page.Gauge("rapidtuner_split_pinned", "1 while an operator holds the split.", [("", "", engine.Pinned is null ? 0 : 1)]);
        page.Gauge("rapidtuner_generations", "Generations under way through the API.", [("", "", slots.Taken)]);
        page.Counter("rapidtuner_generations_refused_total", "Generations refused since too many were under way.", [("", "", slots.Refused)]);
        page.Gauge("rapidtuner_split_units", "Units of each phase in the split in force.", [("phase", "prefill", engine.Split.PrefillUnits), ("phase", "decode", engine.Split.DecodeUnits)]);
        page.Gauge("rapidtuner_prefill_queue_requests", "Requests waiting for prefill.", [("", "", engine.PrefillQueued)]);
        page.Gauge("rapidtuner_prefill_queue_tokens", "Prompt tokens waiting for prefill.", [("", "", engine.PrefillQueuedTokens)]);
        page.Gauge("rapidtuner_decode_sequences", "Sequences in decode.", [("", "", engine.DecodeSequences)]);
        page.Gauge("rapidtuner_kv_free_ratio", "Free KV blocks / all KV blocks.", [("", "", engine.KvFreeShare)]);
        page.Gauge("rapidtuner_engine_up", "1 while the engine runs.", [("", "", engine.Fault is null ? 1 : 0)]);
        page.Counter("rapidtuner_split_switches_total", "Splits that took effect.", [("", "", engine.Switches)]);
        page.Counter("rapidtuner_preemptions_total", "Sequences whose KV was given up and computed again.", [("", "", engine.Preemptions)]);
        page.Counter("rapidtuner_requests_submitted_total", "Requests submitted.", [("", "", engine.Requests)]);
        page.Counter("rapidtuner_requests_total", "Requests ended, by outcome.", [.. Enum.GetValues<Outcome>().Select(o => ("outcome", SnakeCase(o.ToString()), (double)figures.Ended(o)))]);
        page.Counter("rapidtuner_requests_attained_total", "Requests that met their SLO.", [("", "", figures.Attained)]);
        page.Counter("rapidtuner_prompt_tokens_total", "Prompt tokens that arrived.", [("", "", figures.PromptTokens)]);
        page.Counter("rapidtuner_output_tokens_total", "Tokens produced.", [("", "", figures.OutputTokens)]);
        page.Counter("rapidtuner_steps_total", "Steps finished.", [("phase", "prefill", figures.Steps(Phase.Prefill)), ("phase", "decode", figures.Steps(Phase.Decode))]);
        page.Counter("rapidtuner_busy_seconds_total", "Time in steps.", [("phase", "prefill", figures.BusyS(Phase.Prefill)), ("phase", "decode", figures.BusyS(Phase.Decode))]);
        page.Counter("rapidtuner_telemetry_samples_total", "Samples handed to the store.", [("", "", telemetry.Written)]);
        page.Counter("rapidtuner_telemetry_dropped_total", "Samples dropped since the ring was full.", [("", "", telemetry.Dropped)]);
        page.Histogram("rapidtuner_ttft_seconds", "Time to first token.", figures.TtftS, EdgesS);
        page.Histogram("rapidtuner_itl_seconds", "Inter-token latency.", figures.ItlS, EdgesS);
        page.Histogram("rapidtuner_prefill_step_seconds", "Length of a prefill step.", figures.PrefillStepS, EdgesS);
        page.Histogram("rapidtuner_decode_step_seconds", "Length of a decode step.", figures.DecodeStepS, EdgesS);
        page.Histogram("rapidtuner_decide_duration_seconds", "Time to decide one split.", figures.DecideS, DecideEdgesS);
        if (tuner is not null)
        {
            page.Tuner(tuner, engine.NowS);
        }

        if (trial is not null)
        {
            page.Trial(trial);
        }

        return page._text.ToString();
    }

    /// <summary>Guardrails, each by its reason, and the slow loop.</summary>
    private void Tuner(IWatchedPolicy tuner, double nowS)
    {
        var plans = tuner.Plans(nowS);
        Counter("rapidtuner_guard_decisions_total", "Decisions that a guardrail changed or held, by its reason; of inert, alarms raised.", [.. GuardCounts.Guards.Select(g => ("reason", SnakeCase(g.ToString()), (double)tuner.Guarded(g)))]);
        Gauge("rapidtuner_guard_active", "1 while a guardrail has the safe rule decide, or its alarm is raised, by reason.", [.. GuardCounts.Guards.Select(g => ("reason", SnakeCase(g.ToString()), IsActive(tuner, g) ? 1.0 : 0))]);
        Gauge("rapidtuner_plan_age_seconds", "How long planning has failed or has been at one slice; 0 where it does neither.", [("", "", plans.AgeS)]);
        Counter("rapidtuner_plans_total", "Rounds of planning that ended.", [("", "", plans.Made)]);
        Counter("rapidtuner_plans_explored_total", "Plans that chance chose.", [("", "", plans.Explored)]);
        Counter("rapidtuner_plan_failures_total", "Slices of planning that failed; the plan in force stayed.", [("", "", plans.Failed)]);
        Counter("rapidtuner_plan_events_dropped_total", "Events that the planner was too slow to hear.", [("", "", plans.Dropped)]);
    }

    private void Trial(TrialState trial)
    {
        Gauge("rapidtuner_trust_stage", "1 at the stage that a challenger is at; idle without one.", [.. Enum.GetValues<TrustStage>().Select(s => ("stage", SnakeCase(s.ToString()), trial.Stage == s ? 1.0 : 0))]);
        Gauge("rapidtuner_trust_challenger_decides", "1 while the challenger's decisions are in force.", [("", "", trial.Deciding == Arm.Challenger ? 1 : 0)]);
        Counter("rapidtuner_trust_blocks_total", "Blocks of switchbacks and watches that ended.", [("", "", trial.BlocksEnded)]);
        Counter("rapidtuner_trust_verdicts_total", "What challenges came to: promoted, then kept or rolled back, or rejected.", [.. Enum.GetValues<TrustVerdict>().Where(v => v != TrustVerdict.Open).Select(v => ("verdict", SnakeCase(v.ToString()), (double)trial.Verdicts[(int)v]))]);
        if (double.IsFinite(trial.LowerBound))
        {
            Gauge("rapidtuner_trust_gain_low_ratio", "Lower bound of the challenger's gain in attainment at the latest look.", [("", "", trial.LowerBound)]);
        }
    }

    private static bool IsActive(IWatchedPolicy tuner, Reason guard) =>
        guard switch { Reason.Inert => tuner.Inert, Reason.Flapping => tuner.Flapping, _ => tuner.Refused == guard };

    private static string SnakeCase(string name) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private void Gauge(string name, string help, (string Label, string Value, double At)[] values) => Family(name, "gauge", help, values);

    private void Counter(string name, string help, (string Label, string Value, double At)[] values) => Family(name, "counter", help, values);

    private void Family(string name, string type, string help, (string Label, string Value, double At)[] values)
    {
        Head(name, type, help);
        foreach (var (label, value, at) in values)
        {
            _text.Append(name);
            if (label.Length > 0)
            {
                _text.Append('{').Append(label).Append("=\"").Append(value).Append("\"}");
            }

            _text.Append(' ').Append(at).Append('\n');
        }
    }

    private void Histogram(string name, string help, RollingHistogram values, double[] edgesS)
    {
        Head(name, "histogram", help);
        var count = values.Count;
        foreach (var edgeS in edgesS)
        {
            _text.Append(name).Append("_bucket{le=\"").Append(edgeS).Append("\"} ").Append(Math.Min(count, values.CountUpTo(edgeS))).Append('\n');
        }

        _text.Append(name).Append("_bucket{le=\"+Inf\"} ").Append(count).Append('\n');
        _text.Append(name).Append("_sum ").Append(values.SumS).Append('\n');
        _text.Append(name).Append("_count ").Append(count).Append('\n');
    }

    private void Head(string name, string type, string help) =>
        _text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
}
