using RapidTuner.Telemetry.Records;

namespace RapidTuner.Telemetry.Store.Tables;

internal sealed class GapTable() : Table<GapRecord>("gaps", "at_us",
[
    new("seq", ColumnKind.Whole, "", "Rising number of the row, across restarts"),
    new("run", ColumnKind.Whole, "", "Run that the gaps belong to"),
    new("at_us", ColumnKind.Whole, "us", "When the later tokens came, Unix time"),
    new("gap_us", ColumnKind.Whole, "us", "Each gap between following tokens"),
    new("count", ColumnKind.Whole, "1", "Sequences that had this gap"),
])
{
    public override void Write(in GapRecord record, long seq, long run, IRowSink sink)
    {
        sink.Whole(seq);
        sink.Whole(run);
        sink.Whole(record.AtUs);
        sink.Whole(record.GapUs);
        sink.Whole(record.Count);
    }

    public override GapRecord Read(IRowSource row) =>
        new() { Seq = row.GetWhole(0), Run = row.GetWhole(1), AtUs = row.GetWhole(2), GapUs = row.GetWhole(3), Count = (int)row.GetWhole(4) };

    public override long RunOf(in GapRecord record) => record.Run;
}
