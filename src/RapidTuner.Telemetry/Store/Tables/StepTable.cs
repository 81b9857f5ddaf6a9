using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Telemetry.Store.Tables;

internal sealed class StepTable() : Table<StepRecord>("steps", "end_us",
[
    new("seq", ColumnKind.Whole, "", "Rising number of the row, across restarts"),
    new("run", ColumnKind.Whole, "", "Run that the step belongs to"),
    new("end_us", ColumnKind.Whole, "us", "End, Unix time"),
    new("duration_us", ColumnKind.Whole, "us", "Duration"),
    new("phase", ColumnKind.Text, "", "prefill, decode or hybrid"),
    new("units", ColumnKind.Whole, "1", "Units that the step held"),
    new("device_units", ColumnKind.Whole, "1", "Units of the device"),
    new("split_prefill_units", ColumnKind.Whole, "1", "Prefill units of the split in force at launch"),
    new("split_decode_units", ColumnKind.Whole, "1", "Decode units of the split in force at launch"),
    new("beside_units", ColumnKind.Whole, "1", "Units of the other phase's step, 0 when it was idle"),
    new("reason", ColumnKind.Text, "", "Why the split was chosen"),
    new("decode_sequences", ColumnKind.Whole, "1", "Sequences of the decode batch (of this step, or beside it)"),
    new("decode_context_tokens", ColumnKind.Whole, "tokens", "KV tokens of the decode batch"),
    new("prefill_sequences", ColumnKind.Whole, "1", "Prompts in the prefill step (this step, or beside it)"),
    new("prefill_new_tokens", ColumnKind.Whole, "tokens", "New prompt tokens"),
    new("prefill_context_tokens", ColumnKind.Whole, "tokens", "Tokens of those prompts that were in the KV cache before"),
    new("prefill_attention_pairs", ColumnKind.Whole, "1", "Query-key pairs of the prefill step"),
    new("prefill_logit_rows", ColumnKind.Whole, "1", "Prompts that the prefill step completed"),
    new("beside_share", ColumnKind.Real, "share", "Share of the duration during which the other phase ran"),
    new("kv_free_share", ColumnKind.Real, "share", "Free share of the KV cache at the end"),
])
{
    public override void Write(in StepRecord record, long seq, long run, IRowSink sink)
    {
        sink.Whole(seq);
        sink.Whole(run);
        sink.Whole(record.EndUs);
        sink.Whole(record.DurationUs);
        sink.Text(Names<Phase>.Of(record.Phase));
        sink.Whole(record.Units);
        sink.Whole(record.DeviceUnits);
        sink.Whole(record.Split.PrefillUnits);
        sink.Whole(record.Split.DecodeUnits);
        sink.Whole(record.BesideUnits);
        sink.Text(Names<Reason>.Of(record.Reason));
        sink.Whole(record.DecodeSequences);
        sink.Whole(record.DecodeContextTokens);
        sink.Whole(record.PrefillSequences);
        sink.Whole(record.PrefillNewTokens);
        sink.Whole(record.PrefillContextTokens);
        sink.Whole(record.PrefillAttentionPairs);
        sink.Whole(record.PrefillLogitRows);
        sink.Real(Micros.ShareFromE4(record.BesideShareE4));
        sink.Real(Micros.ShareFromE4(record.KvFreeShareE4));
    }

    public override StepRecord Read(IRowSource row) => new()
    {
        Seq = row.GetWhole(0),
        Run = row.GetWhole(1),
        EndUs = row.GetWhole(2),
        DurationUs = row.GetWhole(3),
        Phase = Names<Phase>.Parse(row.GetText(4)),
        Units = (int)row.GetWhole(5),
        DeviceUnits = (int)row.GetWhole(6),
        Split = new Split((int)row.GetWhole(7), (int)row.GetWhole(8)),
        BesideUnits = (int)row.GetWhole(9),
        Reason = Names<Reason>.Parse(row.GetText(10)),
        DecodeSequences = (int)row.GetWhole(11),
        DecodeContextTokens = row.GetWhole(12),
        PrefillSequences = (int)row.GetWhole(13),
        PrefillNewTokens = (int)row.GetWhole(14),
        PrefillContextTokens = row.GetWhole(15),
        PrefillAttentionPairs = row.GetWhole(16),
        PrefillLogitRows = (int)row.GetWhole(17),
        BesideShareE4 = Micros.ShareToE4(row.GetReal(18)),
        KvFreeShareE4 = Micros.ShareToE4(row.GetReal(19)),
    };

    public override long RunOf(in StepRecord record) => record.Run;
}
