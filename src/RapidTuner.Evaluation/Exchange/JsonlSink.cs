using System.Text.Json;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Evaluation.Exchange;

/// <summary>Rows as JSON objects, one a line.</summary>
internal sealed class JsonlSink : IExportSink
{
    private readonly Stream _stream;
    private readonly Utf8JsonWriter _writer;
    private readonly JsonEncodedText[] _names;
    private int _column;

    public JsonlSink(Stream stream, RecordTable table)
    {
        _stream = stream;
        _writer = new Utf8JsonWriter(stream);
        _names = [.. table.Columns.Select(c => JsonEncodedText.Encode(c.Name))];
    }

    public void Whole(long value) => _writer.WriteNumber(Next(), value);

    public void Real(double value)
    {
        if (double.IsFinite(value))
        {
            _writer.WriteNumber(Next(), value);
        }
        else
        {
            Null();
        }
    }

    public void Text(string value) => _writer.WriteString(Next(), value);

    public void Blob(byte[] value) => _writer.WriteBase64String(Next(), value);

    public void Null() => Next();

    public void EndRow()
    {
        _writer.WriteEndObject();
        _writer.Flush();
        _writer.Reset();
        _stream.WriteByte((byte)'\n');
        _column = 0;
    }

    public void Dispose()
    {
        _writer.Dispose();
        _stream.Dispose();
    }

    private JsonEncodedText Next()
    {
        if (_column == 0)
        {
            _writer.WriteStartObject();
        }

        return _names[_column++];
    }
}
