using System.Globalization;
using RapidTuner.Core.Errors;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Evaluation.Exchange;

/// <summary>One row of an exported file: texts in the order of the table's columns, null where a value is missing.</summary>
/// <param name="table">The table.</param>
internal sealed class FieldRow(RecordTable table) : IRowSource
{
    private readonly string?[] _fields = new string?[table.Columns.Count];

    public string?[] Fields => _fields;

    public bool IsNull(int column) => _fields[column] is null;

    public long GetWhole(int column) => _fields[column] is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : 0;

    public double GetReal(int column) => _fields[column] is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : double.NaN;

    public string GetText(int column) => _fields[column] ?? "";

    public byte[] GetBlob(int column) => _fields[column] is { } text ? Convert.FromBase64String(text) : [];

    /// <summary>Adds what is wrong with the row; the column in a place is the number of the field.</summary>
    /// <returns>True when nothing is.</returns>
    public bool Check(string path, long line, Problems found)
    {
        var sound = true;
        for (var i = 0; i < _fields.Length; i++)
        {
            var column = table.Columns[i];
            var wrong = column.Kind switch
            {
                ColumnKind.Whole when _fields[i] is null => column.Nullable ? null : "is missing",
                ColumnKind.Whole => long.TryParse(_fields[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? null : "is no whole number of 64 bits",
                ColumnKind.Real when _fields[i] is not null => double.TryParse(_fields[i], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? null : "is no finite number",
                ColumnKind.Blob when _fields[i] is not null => IsBase64(_fields[i]!) ? null : "is not base64",
                _ => null,
            };
            if (wrong is not null)
            {
                sound = false;
                found.Add($"{path}:{line}:{i + 1}", $"{column.Name} {wrong}{(_fields[i] is { Length: < 40 } shown ? $": `{shown}`" : "")}", $"give {Wanted(column)}");
            }
        }

        return sound;
    }

    private static string Wanted(Column column) => column.Kind switch
    {
        ColumnKind.Whole => "a whole number",
        ColumnKind.Real => "a number, or leave it out",
        _ => "bytes as base64",
    };

    private static bool IsBase64(string text) => System.Buffers.Text.Base64.IsValid(text);
}
