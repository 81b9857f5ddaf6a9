using System.Text.Json;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Http.Tuner;

/// <summary>Writes one row as a JSON object, its columns by name.</summary>
/// <param name="table">The row's table.</param>
/// <param name="to">Where it goes.</param>
internal sealed class JsonRowSink(RecordTable table, Utf8JsonWriter to) : IRowSink
{
    private int _column;

    public void Begin()
    {
        _column = 0;
        to.WriteStartObject();
    }

    public void End() => to.WriteEndObject();

    public void Whole(long value) => to.WriteNumber(Next(), value);

    public void Real(double value)
    {
        if (double.IsFinite(value))
        {
            to.WriteNumber(Next(), value);
        }
        else
        {
            to.WriteNull(Next());
        }
    }

    public void Text(string value) => to.WriteString(Next(), value);

    public void Blob(byte[] value) => to.WriteBase64String(Next(), value);

    public void Null() => to.WriteNull(Next());

    private string Next() => table.Columns[_column++].Name;
}
