using LiteDB;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.LiteDb.Rows;

/// <summary>A document as the row of a table.</summary>
internal sealed class DocumentRow(RecordTable table) : IRowSource
{
    private readonly string[] _names = [.. table.Columns.Select((c, i) => i == 0 ? "_id" : c.Name)];

    public BsonDocument Document { get; set; } = [];

    public bool IsNull(int column) => !Document.TryGetValue(_names[column], out var value) || value.IsNull;

    public long GetWhole(int column) => Document.TryGetValue(_names[column], out var value) && !value.IsNull ? value.AsInt64 : 0;

    public double GetReal(int column) => Document.TryGetValue(_names[column], out var value) && !value.IsNull ? value.AsDouble : double.NaN;

    public string GetText(int column) => Document.TryGetValue(_names[column], out var value) && !value.IsNull ? value.AsString : "";

    public byte[] GetBlob(int column) => Document.TryGetValue(_names[column], out var value) && !value.IsNull ? value.AsBinary : [];
}
