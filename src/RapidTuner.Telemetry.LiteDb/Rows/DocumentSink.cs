using LiteDB;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.LiteDb.Rows;

/// <summary>Makes a row's document. Values that come again and again are made once: LiteDB's values never change.</summary>
internal sealed class DocumentSink : IRowSink
{
    private const int SmallMax = 4096;
    private const int TextsMax = 1024;
    private const int TextLengthMax = 32;

    private static readonly BsonValue[] Small = [.. Enumerable.Range(0, SmallMax).Select(i => new BsonValue(i))];

    private readonly string[] _names;
    private readonly bool[] _isTime;
    private readonly Dictionary<string, BsonValue> _texts = new(StringComparer.Ordinal);
    private BsonDocument _document = [];
    private int _column;

    public DocumentSink(RecordTable table)
    {
        _names = [.. table.Columns.Select((c, i) => i == 0 ? "_id" : c.Name)];
        // Keys and times keep one type whatever their size: LiteDB compares numbers of unlike types far more slowly.
        _isTime = [.. table.Columns.Select((c, i) => i == 0 || c.Unit == "us")];
    }

    public static BsonDocument Document<T>(DocumentSink sink, Table<T> table, in T record, long seq, long run)
    {
        sink._document = [];
        sink._column = 0;
        table.Write(in record, seq, run, sink);
        return sink._document;
    }

    public void Whole(long value)
    {
        var time = _isTime[_column];
        Add(time || value is < int.MinValue or > int.MaxValue ? new BsonValue(value) : value is >= 0 and < SmallMax ? Small[value] : new BsonValue((int)value));
    }

    public void Real(double value)
    {
        if (double.IsNaN(value))
        {
            Null();
        }
        else
        {
            Add(new BsonValue(value));
        }
    }

    public void Text(string value)
    {
        if (_texts.TryGetValue(value, out var known))
        {
            Add(known);
            return;
        }

        var made = new BsonValue(value);
        if (value.Length <= TextLengthMax && _texts.Count < TextsMax)
        {
            _texts.Add(value, made);
        }

        Add(made);
    }

    public void Blob(byte[] value) => Add(new BsonValue(value));

    public void Null() => _column++;

    private void Add(BsonValue value) => _document[_names[_column++]] = value;
}
