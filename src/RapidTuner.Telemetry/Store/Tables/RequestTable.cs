using RapidTuner.Core.Samples;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Telemetry.Store.Tables;

internal sealed class RequestTable() : Table<RequestRecord>("requests", "finish_us",
[
    new("seq", ColumnKind.Whole, "", "Rising number of the row in order of ending, across restarts"),
    new("run", ColumnKind.Whole, "", "Run that the request belongs to"),
    new("request", ColumnKind.Whole, "", "The engine's number of the request, in order of arrival within the run"),
    new("arrival_us", ColumnKind.Whole, "us", "Arrival, Unix time"),
    new("prompt_tokens", ColumnKind.Whole, "tokens", "Prompt length, cached tokens included"),
    new("cached_prompt_tokens", ColumnKind.Whole, "tokens", "Prompt tokens found in the prefix cache"),
    new("output_tokens", ColumnKind.Whole, "tokens", "Tokens produced"),
    new("first_scheduled_us", ColumnKind.Whole, "us", "First launch that computed part of the prompt, Unix time", Nullable: true),
    new("first_token_us", ColumnKind.Whole, "us", "First token, Unix time", Nullable: true),
    new("finish_us", ColumnKind.Whole, "us", "Last token, or the end by refusal or cancellation, Unix time"),
    new("ttft_limit_us", ColumnKind.Whole, "us", "Limit on the time to first token", Nullable: true),
    new("late_gaps", ColumnKind.Whole, "1", "Gaps between following tokens that exceeded the ITL limit"),
    new("single_gap_max_us", ColumnKind.Whole, "us", "Longest of the gaps measured singly (the first, those after preemption)"),
    new("preemptions", ColumnKind.Whole, "1", "Times its KV was given up and recomputed"),
    new("outcome", ColumnKind.Text, "", "finished, rejected_size, rejected_load, cancelled or unfinished"),
])
{
    private static readonly string[] Others = ["arrival_us", "first_token_us"];

    public override IReadOnlyList<string> OtherTimeColumns => Others;

    public override void Write(in RequestRecord record, long seq, long run, IRowSink sink)
    {
        sink.Whole(seq);
        sink.Whole(run);
        sink.Whole(record.Request);
        sink.Whole(record.ArrivalUs);
        sink.Whole(record.PromptTokens);
        sink.Whole(record.CachedTokens);
        sink.Whole(record.OutputTokens);
        sink.Whole(record.FirstScheduledUs);
        sink.Whole(record.FirstTokenUs);
        sink.Whole(record.FinishUs);
        sink.Whole(record.TtftLimitUs);
        sink.Whole(record.LateGaps);
        sink.Whole(record.SingleGapMaxUs);
        sink.Whole(record.Preemptions);
        sink.Text(Names<Outcome>.Of(record.Outcome));
    }

    public override RequestRecord Read(IRowSource row) => new()
    {
        Seq = row.GetWhole(0),
        Run = row.GetWhole(1),
        Request = row.GetWhole(2),
        ArrivalUs = row.GetWhole(3),
        PromptTokens = (int)row.GetWhole(4),
        CachedTokens = (int)row.GetWhole(5),
        OutputTokens = (int)row.GetWhole(6),
        FirstScheduledUs = row.GetWholeOrNull(7),
        FirstTokenUs = row.GetWholeOrNull(8),
        FinishUs = row.GetWhole(9),
        TtftLimitUs = row.GetWholeOrNull(10),
        LateGaps = (int)row.GetWhole(11),
        SingleGapMaxUs = row.GetWhole(12),
        Preemptions = (int)row.GetWhole(13),
        Outcome = Names<Outcome>.Parse(row.GetText(14)),
    };

    public override long RunOf(in RequestRecord record) => record.Run;
}
