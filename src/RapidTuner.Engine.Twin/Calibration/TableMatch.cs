using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Twin.Cost;

namespace RapidTuner.Engine.Twin.Calibration;

/// <summary>Finds the devices, models and stacks that a table's rows name; rows that name an unknown one are skipped and counted.</summary>
public sealed class TableMatch
{
    private TableMatch(IReadOnlyList<KnownRow> rows, int skipped)
    {
        Rows = rows;
        Skipped = skipped;
    }

    /// <summary>The rows that can be predicted, in the order of the table.</summary>
    public IReadOnlyList<KnownRow> Rows { get; }

    /// <summary>The rows that cannot.</summary>
    public int Skipped { get; }

    /// <summary>Matches a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="catalogue">What is known.</param>
    /// <param name="device">Takes the place of the table's devices: of the rows that name it, or of all where none does. Null: each row's own.</param>
    /// <param name="model">Takes the place of the table's models; null: each row's own.</param>
    /// <param name="stack">Takes the place of the table's stacks; null: each row's own.</param>
    public static TableMatch Of(MeasuredTable table, SpecCatalogue catalogue, DeviceSpec? device = null, ModelSpec? model = null, StackSpec? stack = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(catalogue);
        var anyNamesIt = device is not null && table.Rows.Any(r => Names(device, r.Gpu, catalogue));
        var rows = new List<KnownRow>(table.Rows.Count);
        foreach (var row in table.Rows)
        {
            var rowDevice = device is null ? catalogue.FindDevice(row.Gpu) : !anyNamesIt || Names(device, row.Gpu, catalogue) ? device : null;
            var rowStack = stack ?? catalogue.FindStack(row.Stack);
            var rowModel = row.NeedsModel ? model ?? catalogue.FindModel(row.Model) : null;
            if (rowDevice is not null && rowStack is not null && (rowModel is not null || !row.NeedsModel) && Supports(row, rowModel))
            {
                rows.Add(new KnownRow(row, rowDevice, rowStack, rowModel));
            }
        }

        return new TableMatch(rows, table.Rows.Count - rows.Count);
    }

    private static bool Supports(MeasuredRow row, ModelSpec? model) => row switch
    {
        ShareRow share => model!.Supports(share.TensorParallel),
        OperatorRow op => model!.Supports(op.TensorParallel) && LayerShape.Knows(op.Part),
        _ => true,
    };

    private static bool Names(DeviceSpec device, string gpu, SpecCatalogue catalogue) =>
        device.Name.Equals(gpu, StringComparison.OrdinalIgnoreCase)
        || device.Aliases.Contains(gpu, StringComparer.OrdinalIgnoreCase)
        || (catalogue.FindDevice(gpu) is { } known && (known.Name == device.Name || device.Aliases.Contains(known.Name, StringComparer.OrdinalIgnoreCase)));
}
