using RapidTuner.Core.Catalogue;

namespace RapidTuner.Engine.Twin.Calibration;

/// <summary>Predicts rows with constants that were fitted without them.</summary>
public static class CrossValidation
{
    private const string Source = "cross-validation";

    private static readonly SortedDictionary<string, IReadOnlyDictionary<string, Constant>> NoFits = [];

    /// <summary>
    /// The law's times, seconds, each with constants fitted to the rows of the same device and stack that belong to other groups. Fits that
    /// the devices carry are dropped first: they have seen the rows.
    /// </summary>
    /// <param name="kind">The table's kind.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="groupOf">What is left out together: a fold of curves, a model.</param>
    public static double[] Predict(TableKind kind, IReadOnlyList<KnownRow> rows, Func<KnownRow, string> groupOf)
    {
        ArgumentNullException.ThrowIfNull(rows);
        rows = Mapped(rows, device => device with { Fits = NoFits });
        var predictedS = new double[rows.Count];
        foreach (var pair in Enumerable.Range(0, rows.Count).GroupBy(at => (rows[at].Device.Name, rows[at].Stack.Name)))
        {
            foreach (var held in pair.GroupBy(at => groupOf(rows[at])))
            {
                var seen = pair.Where(at => groupOf(rows[at]) != held.Key).Select(at => rows[at]).ToArray();
                var device = rows[held.First()].Device;
                var fitted = seen.Length == 0 ? device : TableFit.With(device, pair.Key.Item2, TableFit.Fit(kind, seen, Source));
                Put(predictedS, rows, [.. held], r => r with { Device = fitted });
            }
        }

        return predictedS;
    }

    /// <summary>
    /// The law's times, seconds, each with constants fitted to all other devices together: of its own device only the datasheet
    /// is used.
    /// </summary>
    /// <param name="kind">The table's kind.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="prior">Constants to start from; every device takes them in place of its own.</param>
    public static double[] PredictUnseenDevices(TableKind kind, IReadOnlyList<KnownRow> rows, DeviceCost prior)
    {
        ArgumentNullException.ThrowIfNull(rows);
        KnownRow[] plain = WithPrior(rows, prior);
        var predictedS = new double[rows.Count];
        foreach (var held in Enumerable.Range(0, rows.Count).GroupBy(at => Chip(plain[at].Device)))
        {
            var seen = plain.Where(r => Chip(r.Device) != held.Key).ToArray();
            var (shared, ratios) = TableFit.FitShared(kind, seen, Source);
            Put(predictedS, plain, [.. held], r => r with { Device = TableFit.With(r.Device, r.Stack.Name, Merge(shared, ratios, r.Stack.Name)) });
        }

        return predictedS;
    }

    /// <summary>The rows with every device's own cost constants and fits replaced by <paramref name="prior"/>; one object per device.</summary>
    public static KnownRow[] WithPrior(IReadOnlyList<KnownRow> rows, DeviceCost prior)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return Mapped(rows, device => device with { Cost = prior, Fits = NoFits });
    }

    /// <summary>Shared constants and one stack's ratios as the constants of that stack.</summary>
    public static IReadOnlyDictionary<string, Constant> Merge(
        IReadOnlyDictionary<string, Constant> shared, IReadOnlyDictionary<(string Stack, string Key), Constant> ratios, string stack) =>
        shared.Concat(ratios.Where(r => r.Key.Stack == stack).Select(r => new KeyValuePair<string, Constant>(r.Key.Key, r.Value)))
            .ToDictionary(c => c.Key, c => c.Value, StringComparer.Ordinal);

    private static KnownRow[] Mapped(IReadOnlyList<KnownRow> rows, Func<DeviceSpec, DeviceSpec> map)
    {
        var mapped = rows.Select(r => r.Device).DistinctBy(d => d.Name).ToDictionary(d => d.Name, map, StringComparer.Ordinal);
        return [.. rows.Select(r => r with { Device = mapped[r.Device.Name] })];
    }

    /// <summary>Devices with one chip are left out together: an A800 is an A100 with slower links, an H200 an H100 with other memory.</summary>
    private static (int Units, double Peak, double Bandwidth) Chip(DeviceSpec device) =>
        (device.Units, device.PeakBf16FlopPerS, device.MemoryBytesPerS);

    private static void Put(double[] predictedS, IReadOnlyList<KnownRow> rows, int[] at, Func<KnownRow, KnownRow> change)
    {
        var changed = new Dictionary<(DeviceSpec, StackSpec), DeviceSpec>();
        var held = at.Select(i =>
        {
            if (!changed.TryGetValue((rows[i].Device, rows[i].Stack), out var device))
            {
                changed[(rows[i].Device, rows[i].Stack)] = device = change(rows[i]).Device;
            }

            return rows[i] with { Device = device };
        }).ToArray();
        var times = new RowLaws(held).Predict([]);
        for (var i = 0; i < at.Length; i++)
        {
            predictedS[at[i]] = times[i];
        }
    }
}
