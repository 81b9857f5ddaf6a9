#if FULL_EDITION
using LiteDB;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Bench.Telemetry;

/// <summary>The peer: LiteDB's own InsertBulk of documents with the same fields, made beforehand.</summary>
internal sealed class PlainLiteDb(string path) : IDisposable
{
    private readonly LiteDatabase _database = new(path);

    public static List<BsonDocument> Documents(List<StepRecord> steps) => [.. steps.Select((step, i) =>
    {
        var sink = new Sink();
        TelemetryTables.Steps.Write(in step, i + 1, 1, sink);
        return sink.Document;
    })];

    public void InsertBulk(List<BsonDocument> documents, int batchSteps)
    {
        var collection = _database.GetCollection("steps", BsonAutoId.Int64);
        for (var at = 0; at < documents.Count; at += batchSteps)
        {
            collection.InsertBulk(documents.GetRange(at, Math.Min(batchSteps, documents.Count - at)), batchSteps);
        }
    }

    public void Dispose() => _database.Dispose();

    private sealed class Sink : IRowSink
    {
        private int _column;

        public BsonDocument Document { get; } = [];

        // As our store does: keys and times in 64 bits, the rest as small as it is.
        public void Whole(long value) => Add(Column.Unit == "us" || _column == 0 || value is < int.MinValue or > int.MaxValue ? new BsonValue(value) : new BsonValue((int)value));

        public void Real(double value) => Add(value);

        public void Text(string value) => Add(value);

        public void Blob(byte[] value) => Add(value);

        public void Null() => _column++;

        private Column Column => TelemetryTables.Steps.Columns[_column];

        private void Add(BsonValue value)
        {
            Document[_column == 0 ? "_id" : Column.Name] = value;
            _column++;
        }
    }
}
#endif
