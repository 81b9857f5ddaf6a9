using RapidTuner.Telemetry.Records;

namespace RapidTuner.Telemetry.Store.Tables;

internal sealed class ModelTable() : Table<ModelRecord>("models", "created_us",
[
    new("seq", ColumnKind.Whole, "", "Rising number of the row, across restarts"),
    new("id", ColumnKind.Text, "", "Name of the model, unique"),
    new("target", ColumnKind.Text, "", "What it predicts"),
    new("status", ColumnKind.Text, "", "champion, challenger, retired, failed"),
    new("pinned", ColumnKind.Whole, "", "1: kept in office whatever a gate says"),
    new("created_us", ColumnKind.Whole, "us", "When it was trained, Unix time"),
    new("parent", ColumnKind.Text, "", "The model it was to replace"),
    new("trainer", ColumnKind.Text, "", "Trainer that made it"),
    new("data_from_us", ColumnKind.Whole, "us", "Start of the data it saw, Unix time"),
    new("data_to_us", ColumnKind.Whole, "us", "End of the data it saw, exclusive, Unix time"),
    new("feature_schema", ColumnKind.Text, "", "The features that it expects, in order, separated by commas"),
    new("seed", ColumnKind.Whole, "", "Seed of the training"),
    new("parameters", ColumnKind.Text, "", "Hyper-parameters, JSON"),
    new("metrics", ColumnKind.Text, "", "Metrics per group, JSON"),
    new("checksum", ColumnKind.Text, "", "SHA-256 of the artefact, hexadecimal"),
    new("card", ColumnKind.Text, "", "Model card, Markdown"),
    new("artefact", ColumnKind.Blob, "", "The artefact itself; empty unless it is champion"),
])
{
    public override bool Keyed => true;

    public override void Write(in ModelRecord record, long seq, long run, IRowSink sink)
    {
        sink.Whole(seq);
        sink.Text(record.Id);
        sink.Text(record.Target);
        sink.Text(record.Status);
        sink.Whole(record.Pinned ? 1 : 0);
        sink.Whole(record.CreatedUs);
        sink.Text(record.Parent);
        sink.Text(record.Trainer);
        sink.Whole(record.DataFromUs);
        sink.Whole(record.DataToUs);
        sink.Text(record.FeatureSchema);
        sink.Whole(record.Seed);
        sink.Text(record.Parameters);
        sink.Text(record.Metrics);
        sink.Text(record.Checksum);
        sink.Text(record.Card);
        sink.Blob(record.Artefact);
    }

    public override ModelRecord Read(IRowSource row) => new()
    {
        Seq = row.GetWhole(0),
        Id = row.GetText(1),
        Target = row.GetText(2),
        Status = row.GetText(3),
        Pinned = row.GetWhole(4) != 0,
        CreatedUs = row.GetWhole(5),
        Parent = row.GetText(6),
        Trainer = row.GetText(7),
        DataFromUs = row.GetWhole(8),
        DataToUs = row.GetWhole(9),
        FeatureSchema = row.GetText(10),
        Seed = row.GetWhole(11),
        Parameters = row.GetText(12),
        Metrics = row.GetText(13),
        Checksum = row.GetText(14),
        Card = row.GetText(15),
        Artefact = row.GetBlob(16),
    };

    public override long RunOf(in ModelRecord record) => 0;
}
