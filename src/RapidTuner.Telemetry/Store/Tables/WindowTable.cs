using RapidTuner.Telemetry.Features;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Telemetry.Store.Tables;

internal sealed class WindowTable() : Table<WindowRecord>("windows", "start_us", All())
{
    private const int FirstFeature = 4;

    public override void Write(in WindowRecord record, long seq, long run, IRowSink sink)
    {
        sink.Whole(seq);
        sink.Whole(run);
        sink.Whole(record.StartUs);
        sink.Whole(record.WidthS);
        foreach (var value in record.Values)
        {
            sink.RealOrNull(value);
        }

        sink.Blob(record.Sums);
    }

    public override WindowRecord Read(IRowSource row)
    {
        var values = new double[FeatureList.All.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = row.GetReal(FirstFeature + i);
        }

        return new WindowRecord
        {
            Seq = row.GetWhole(0),
            Run = row.GetWhole(1),
            StartUs = row.GetWhole(2),
            WidthS = (int)row.GetWhole(3),
            Values = values,
            Sums = row.GetBlob(FirstFeature + values.Length),
        };
    }

    public override long RunOf(in WindowRecord record) => record.Run;

    private static Column[] All() =>
    [
        new("seq", ColumnKind.Whole, "", "Rising number of the row, across restarts"),
        new("run", ColumnKind.Whole, "", "Run that the window belongs to"),
        new("start_us", ColumnKind.Whole, "us", "Start, Unix time"),
        new("width_s", ColumnKind.Whole, "s", "Width: 1, 10 or 60"),
        .. FeatureList.All.Select(f => new Column(f.Name, ColumnKind.Real, f.Unit, f.Description, Nullable: true)),
        new("sums", ColumnKind.Blob, "", "The sums and sketches behind the features, so that windows merge exactly"),
    ];
}
