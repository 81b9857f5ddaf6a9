using RapidTuner.Telemetry.Records;

namespace RapidTuner.Telemetry.Store.Tables;

internal sealed class JobTable() : Table<JobRecord>("jobs", "started_us",
[
    new("seq", ColumnKind.Whole, "", "Rising number of the row, across restarts"),
    new("id", ColumnKind.Text, "", "Name of this run of the job, unique"),
    new("name", ColumnKind.Text, "", "Which job"),
    new("trigger", ColumnKind.Text, "", "What set it off: cron, drift, manual, …"),
    new("state", ColumnKind.Text, "", "running, done, failed, cancelled or lost"),
    new("started_us", ColumnKind.Whole, "us", "Start, Unix time"),
    new("ended_us", ColumnKind.Whole, "us", "End, Unix time; missing while it runs", Nullable: true),
    new("progress", ColumnKind.Real, "share", "How far it is"),
    new("result", ColumnKind.Text, "", "What it produced, JSON"),
    new("error", ColumnKind.Text, "", "Why it failed"),
])
{
    public override bool Keyed => true;

    public override void Write(in JobRecord record, long seq, long run, IRowSink sink)
    {
        sink.Whole(seq);
        sink.Text(record.Id);
        sink.Text(record.Name);
        sink.Text(record.Trigger);
        sink.Text(record.State);
        sink.Whole(record.StartedUs);
        sink.Whole(record.EndedUs);
        sink.Real(record.Progress);
        sink.Text(record.Result);
        sink.Text(record.Error);
    }

    public override JobRecord Read(IRowSource row) => new()
    {
        Seq = row.GetWhole(0),
        Id = row.GetText(1),
        Name = row.GetText(2),
        Trigger = row.GetText(3),
        State = row.GetText(4),
        StartedUs = row.GetWhole(5),
        EndedUs = row.GetWholeOrNull(6),
        Progress = row.GetReal(7),
        Result = row.GetText(8),
        Error = row.GetText(9),
    };

    public override long RunOf(in JobRecord record) => 0;
}
