using RapidTuner.Core.Catalogue;
using RapidTuner.Learning.Tables;

namespace RapidTuner.Learning.Physics;

/// <summary>A table's columns by the names of the measured tables, with models and devices joined by name.</summary>
internal sealed class WorkColumns(Table table, SpecCatalogue catalogue)
{
    private readonly Dictionary<string, ModelShape?> _models = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DeviceShape> _devices = new(StringComparer.Ordinal);

    /// <summary>Rows.</summary>
    public int Rows => table.Rows;

    /// <summary>True when there is such a column.</summary>
    public bool Has(string name) => table.Find(name) is not null;

    /// <summary>A number; <paramref name="missing"/> where the cell or the column is missing or no number.</summary>
    public double Number(string name, int row, double missing = 0)
    {
        var column = table.Find(name);
        return column is null || column.IsText || !double.IsFinite(column.Values[row]) ? missing : column.Values[row];
    }

    /// <summary>A text, also of a number; empty where the cell or the column is missing.</summary>
    public string Text(string name, int row)
    {
        var column = table.Find(name);
        return column is null || double.IsNaN(column.Values[row]) ? "" : column.Texts?[(int)column.Values[row]] ?? column.Values[row].ToString("R");
    }

    /// <summary>Keys of one level: the texts of some columns, told apart from other levels; null when the last column is not there.</summary>
    public string[]? Keys(params string[] columns)
    {
        if (!Has(columns[^1]))
        {
            return null;
        }

        var keys = new string[Rows];
        for (var row = 0; row < keys.Length; row++)
        {
            keys[row] = string.Join('|', columns.Select(c => c + "=" + Text(c, row)));
        }

        return keys;
    }

    /// <summary>The model of a row: from columns of dimensions where there are any, else by its name.</summary>
    public ModelShape? Model(int row)
    {
        if (Has("layers") && Has("hidden"))
        {
            return FromColumns(row);
        }

        var name = Text("model", row);
        if (!_models.TryGetValue(name, out var shape))
        {
            _models[name] = shape = ModelShape.Find(name, catalogue);
        }

        return shape;
    }

    /// <summary>The device of a row.</summary>
    public DeviceShape Device(int row)
    {
        var name = Text("gpu", row);
        if (!_devices.TryGetValue(name, out var shape))
        {
            _devices[name] = shape = DeviceShape.Find(name, catalogue);
        }

        return shape;
    }

    /// <summary>Bytes of an element of a type such as fp16, bf16, fp8.</summary>
    public double ElementBytes(int row)
    {
        var type = Text(Has("dtype") ? "dtype" : "precision", row);
        return type.Contains('8', StringComparison.Ordinal) ? 1 : type.Contains("32", StringComparison.Ordinal) ? 4 : 2;
    }

    private ModelShape FromColumns(int row)
    {
        var hidden = Number("hidden", row, 4096);
        var heads = Number("heads", row, Number("q_heads", row, Math.Round(hidden / 128)));
        return ModelShape.Of(
            Number("layers", row, 32), hidden, heads, Number("kv_heads", row, heads), Number("head_dim", row, hidden / heads),
            Number("feed_forward", row, 2.7 * hidden), Number("gated", row, 1) > 0 ? 3 : 2, Number("vocabulary", row, 32000));
    }
}
