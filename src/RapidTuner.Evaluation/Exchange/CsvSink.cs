using System.Globalization;
using CsvHelper;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Evaluation.Exchange;

/// <summary>Rows as lines of CSV.</summary>
internal sealed class CsvSink : IExportSink
{
    private readonly CsvWriter _writer;

    public CsvSink(TextWriter writer, RecordTable table)
    {
        _writer = new CsvWriter(writer, CultureInfo.InvariantCulture);
        foreach (var column in table.Columns)
        {
            _writer.WriteField(column.Name);
        }

        _writer.NextRecord();
    }

    public void Whole(long value) => _writer.WriteField(value.ToString(CultureInfo.InvariantCulture), false);

    public void Real(double value) => _writer.WriteField(double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "", false);

    public void Text(string value) => _writer.WriteField(value);

    public void Blob(byte[] value) => _writer.WriteField(Convert.ToBase64String(value), false);

    public void Null() => _writer.WriteField("", false);

    public void EndRow() => _writer.NextRecord();

    public void Dispose() => _writer.Dispose();
}
