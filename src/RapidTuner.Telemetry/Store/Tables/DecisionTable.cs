using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Telemetry.Store.Tables;

internal sealed class DecisionTable() : Table<DecisionRecord>("decisions", "at_us",
[
    new("seq", ColumnKind.Whole, "", "Rising number of the row, across restarts"),
    new("run", ColumnKind.Whole, "", "Run that the decision belongs to"),
    new("at_us", ColumnKind.Whole, "us", "When, Unix time"),
    new("source", ColumnKind.Text, "", "engine (a step boundary), plan or operator"),
    new("policy", ColumnKind.Text, "", "Policy name"),
    new("model_id", ColumnKind.Text, "", "Model that predicted; empty when none did"),
    new("prefill_units", ColumnKind.Whole, "1", "Chosen prefill units"),
    new("decode_units", ColumnKind.Whole, "1", "Chosen decode units"),
    new("reason", ColumnKind.Text, "", "Why"),
    new("chunk_tokens", ColumnKind.Whole, "tokens", "Chosen chunk, 0 for the engine's setting"),
    new("prefill_order", ColumnKind.Text, "", "Chosen order of the prefill queue"),
    new("demotion_tokens_per_s", ColumnKind.Real, "tokens/s", "Chosen demotion rate, 0 for none"),
    new("propensity", ColumnKind.Real, "share", "Probability with which the applied split was chosen"),
    new("predictions", ColumnKind.Text, "", "Predictions and candidates, JSON"),
    new("reward", ColumnKind.Real, "1", "Requests settled that attained their SLO; missing until known", Nullable: true),
    new("seen_now_s", ColumnKind.Real, "s", "Engine time"),
    new("seen_launching", ColumnKind.Text, "", "Phase about to launch"),
    new("seen_device_units", ColumnKind.Whole, "1", "Units of the device"),
    new("seen_split_prefill_units", ColumnKind.Whole, "1", "Prefill units in force before"),
    new("seen_split_decode_units", ColumnKind.Whole, "1", "Decode units in force before"),
    new("seen_split_since_s", ColumnKind.Real, "s", "When that split was applied, engine time", Nullable: true),
    new("seen_itl_limit_s", ColumnKind.Real, "s", "Limit on the inter-token latency", Nullable: true),
    new("seen_prefill_queued", ColumnKind.Whole, "1", "Requests waiting for prefill"),
    new("seen_prefill_queued_tokens", ColumnKind.Whole, "tokens", "Prompt tokens waiting"),
    new("seen_prefill_oldest_arrival_s", ColumnKind.Real, "s", "Arrival of the longest waiting, engine time", Nullable: true),
    new("seen_prefill_next_sequences", ColumnKind.Whole, "1", "Prompts that the next prefill step would take"),
    new("seen_prefill_next_new_tokens", ColumnKind.Whole, "tokens", "New tokens of that step"),
    new("seen_prefill_next_context_tokens", ColumnKind.Whole, "tokens", "Context tokens of that step"),
    new("seen_prefill_next_attention_pairs", ColumnKind.Real, "1", "Query-key pairs of that step"),
    new("seen_prefill_next_logit_rows", ColumnKind.Whole, "1", "Prompts that it would complete"),
    new("seen_prefill_head_slack_s", ColumnKind.Real, "s", "Time until the head of the queue misses its TTFT limit; missing when none waits", Nullable: true),
    new("seen_prefill_running", ColumnKind.Whole, "", "1 while a prefill step runs"),
    new("seen_prefill_new_tokens", ColumnKind.Whole, "tokens", "New tokens of the running prefill step"),
    new("seen_prefill_context_tokens", ColumnKind.Whole, "tokens", "Its context tokens"),
    new("seen_prefill_sequences", ColumnKind.Whole, "1", "Its prompts"),
    new("seen_prefill_attention_pairs", ColumnKind.Real, "1", "Its query-key pairs"),
    new("seen_prefill_logit_rows", ColumnKind.Whole, "1", "Prompts that it completes, as rows of the LM head"),
    new("seen_prefill_units", ColumnKind.Whole, "1", "Its units"),
    new("seen_prefill_started_s", ColumnKind.Real, "s", "Its start, engine time", Nullable: true),
    new("seen_prefill_completes", ColumnKind.Whole, "1", "Sequences that join decode when it ends"),
    new("seen_decode_sequences", ColumnKind.Whole, "1", "Sequences in decode, those ready to join included"),
    new("seen_decode_context_tokens", ColumnKind.Whole, "tokens", "Their KV tokens"),
    new("seen_decode_joining", ColumnKind.Whole, "1", "Sequences ready to join at the next decode launch"),
    new("seen_decode_joining_since_s", ColumnKind.Real, "s", "When the first of those got its last token, engine time", Nullable: true),
    new("seen_decode_last_token_s", ColumnKind.Real, "s", "When the running batch got its last tokens, engine time", Nullable: true),
    new("seen_decode_running", ColumnKind.Whole, "", "1 while a decode step runs"),
    new("seen_decode_units", ColumnKind.Whole, "1", "Its units"),
    new("seen_decode_started_s", ColumnKind.Real, "s", "Its start, engine time", Nullable: true),
    new("seen_decode_latest_step_s", ColumnKind.Real, "s", "Duration of the latest finished decode step"),
    new("seen_prefill_latest_step_s", ColumnKind.Real, "s", "Duration of the latest finished prefill step"),
    new("seen_kv_free_share", ColumnKind.Real, "share", "Free share of the KV cache"),
])
{
    public override void Write(in DecisionRecord record, long seq, long run, IRowSink sink)
    {
        sink.Whole(seq);
        sink.Whole(run);
        sink.Whole(record.AtUs);
        sink.Text(Names<DecisionSource>.Of(record.Source));
        sink.Text(record.Policy);
        sink.Text(record.ModelId);
        sink.Whole(record.Chosen.Split.PrefillUnits);
        sink.Whole(record.Chosen.Split.DecodeUnits);
        sink.Text(Names<Reason>.Of(record.Chosen.Reason));
        sink.Whole(record.Chosen.ChunkTokens);
        sink.Text(Names<PrefillOrder>.Of(record.Chosen.Order));
        sink.Real(record.Chosen.DemotionTokensPerS);
        sink.Real(record.Propensity);
        sink.Text(record.Predictions);
        sink.RealOrNull(record.Reward ?? double.NaN);
        WriteSeen(record.Seen, sink);
    }

    public override DecisionRecord Read(IRowSource row) => new()
    {
        Seq = row.GetWhole(0),
        Run = row.GetWhole(1),
        AtUs = row.GetWhole(2),
        Source = Names<DecisionSource>.Parse(row.GetText(3)),
        Policy = row.GetText(4),
        ModelId = row.GetText(5),
        Chosen = new Decision(
            new Split((int)row.GetWhole(6), (int)row.GetWhole(7)),
            Names<Reason>.Parse(row.GetText(8)),
            (int)row.GetWhole(9),
            Names<PrefillOrder>.Parse(row.GetText(10)),
            row.GetReal(11)),
        Propensity = row.GetReal(12),
        Predictions = row.GetText(13),
        Reward = row.IsNull(14) ? null : row.GetReal(14),
        Seen = ReadSeen(row),
    };

    public override long RunOf(in DecisionRecord record) => record.Run;

    private static void WriteSeen(in Observation seen, IRowSink sink)
    {
        sink.Real(seen.NowS);
        sink.Text(Names<Phase>.Of(seen.Launching));
        sink.Whole(seen.DeviceUnits);
        sink.Whole(seen.Split.PrefillUnits);
        sink.Whole(seen.Split.DecodeUnits);
        Finite(sink, seen.SplitSinceS);
        Finite(sink, seen.ItlLimitS);
        sink.Whole(seen.PrefillQueued);
        sink.Whole(seen.PrefillQueuedTokens);
        Finite(sink, seen.PrefillOldestArrivalS);
        sink.Whole(seen.PrefillNext.Sequences);
        sink.Whole(seen.PrefillNext.NewTokens);
        sink.Whole(seen.PrefillNext.ContextTokens);
        sink.Real(seen.PrefillNext.AttentionPairs);
        sink.Whole(seen.PrefillNext.LogitRows);
        Finite(sink, seen.PrefillHeadSlackS);
        sink.Whole(seen.PrefillRunning ? 1 : 0);
        sink.Whole(seen.PrefillWork.NewTokens);
        sink.Whole(seen.PrefillWork.ContextTokens);
        sink.Whole(seen.PrefillWork.Sequences);
        sink.Real(seen.PrefillWork.AttentionPairs);
        sink.Whole(seen.PrefillWork.LogitRows);
        sink.Whole(seen.PrefillUnits);
        Finite(sink, seen.PrefillStartedS);
        sink.Whole(seen.PrefillCompletes);
        sink.Whole(seen.DecodeNext.Sequences);
        sink.Whole(seen.DecodeNext.ContextTokens);
        sink.Whole(seen.DecodeJoining);
        Finite(sink, seen.DecodeJoiningSinceS);
        Finite(sink, seen.DecodeLastTokenS);
        sink.Whole(seen.DecodeRunning ? 1 : 0);
        sink.Whole(seen.DecodeUnits);
        Finite(sink, seen.DecodeStartedS);
        sink.Real(seen.DecodeLatestStepS);
        sink.Real(seen.PrefillLatestStepS);
        sink.Real(seen.KvFreeShare);
    }

    private static Observation ReadSeen(IRowSource row)
    {
        var headSlackS = row.GetReal(30);
        return new Observation
        {
            NowS = row.GetReal(15),
            Launching = Names<Phase>.Parse(row.GetText(16)),
            DeviceUnits = (int)row.GetWhole(17),
            Split = new Split((int)row.GetWhole(18), (int)row.GetWhole(19)),
            SplitSinceS = row.GetReal(20),
            ItlLimitS = row.IsNull(21) ? double.PositiveInfinity : row.GetReal(21),
            PrefillQueued = (int)row.GetWhole(22),
            PrefillQueuedTokens = row.GetWhole(23),
            PrefillOldestArrivalS = row.GetReal(24),
            PrefillNext = new StepWork((int)row.GetWhole(25), (int)row.GetWhole(26), row.GetWhole(27), row.GetReal(28), (int)row.GetWhole(29)),
            PrefillHeadSlackS = double.IsNaN(headSlackS) ? double.PositiveInfinity : headSlackS,
            PrefillRunning = row.GetWhole(31) != 0,
            PrefillWork = new StepWork((int)row.GetWhole(34), (int)row.GetWhole(32), row.GetWhole(33), row.GetReal(35), (int)row.GetWhole(36)),
            PrefillUnits = (int)row.GetWhole(37),
            PrefillStartedS = row.GetReal(38),
            PrefillCompletes = (int)row.GetWhole(39),
            DecodeNext = row.GetWhole(40) == 0 ? default : StepWork.Decode((int)row.GetWhole(40), row.GetWhole(41)),
            DecodeJoining = (int)row.GetWhole(42),
            DecodeJoiningSinceS = row.GetReal(43),
            DecodeLastTokenS = row.GetReal(44),
            DecodeRunning = row.GetWhole(45) != 0,
            DecodeUnits = (int)row.GetWhole(46),
            DecodeStartedS = row.GetReal(47),
            DecodeLatestStepS = row.GetReal(48),
            PrefillLatestStepS = row.GetReal(49),
            KvFreeShare = row.GetReal(50),
        };
    }

    // Times that do not exist are NaN or +∞ in an observation and missing in a row.
    private static void Finite(IRowSink sink, double value)
    {
        if (double.IsFinite(value))
        {
            sink.Real(value);
        }
        else
        {
            sink.Null();
        }
    }
}
