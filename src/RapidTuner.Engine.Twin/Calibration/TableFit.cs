using RapidTuner.Core.Catalogue;

namespace RapidTuner.Engine.Twin.Calibration;

/// <summary>
/// Fits the constants that a table tells something about to the logarithm of predicted over measured time. The constants'
/// values and intervals are the prior, so a short table moves little.
/// </summary>
public static class TableFit
{
    /// <summary>Size of an ordinary logarithmic residual; larger ones count linearly, so that outliers do not pull.</summary>
    private const double Noise = 0.05;

    /// <summary>
    /// <paramref name="device"/> with fits for every stack of the matched rows, one stack at a time. Its name and aliases are kept
    /// as aliases.
    /// </summary>
    public static DeviceSpec Fit(MeasuredTable table, DeviceSpec device, TableMatch match)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(match);
        var fitted = device;
        foreach (var group in match.Rows.GroupBy(r => r.Stack.Name, StringComparer.OrdinalIgnoreCase))
        {
            var rows = group.ToArray();
            var source = $"calibrate: {Path.GetFileName(table.Path)}, {rows.Length} rows";
            fitted = With(fitted, group.Key, Fit(table.Kind, rows, source));
        }

        return fitted with { Aliases = [.. device.Aliases.Prepend(device.Name).Distinct(StringComparer.OrdinalIgnoreCase)] };
    }

    /// <summary>The constants that tables of that kind can tell, fitted to all rows together.</summary>
    /// <param name="kind">The table's kind.</param>
    /// <param name="rows">The rows, at least one, of one stack.</param>
    /// <param name="source">What the fitted constants name as their source.</param>
    public static IReadOnlyDictionary<string, Constant> Fit(TableKind kind, IReadOnlyList<KnownRow> rows, string source)
    {
        var tensorParallel = rows.Any(r => r.Row is ShareRow { TensorParallel: > 1 } or OperatorRow { TensorParallel: > 1 });
        var laws = new RowLaws(rows);
        return Fit(rows, laws, [.. FitKeys.Of(kind, tensorParallel).Distinct().Select(key => Free(laws, key))], source).ToDictionary(f => f.Key.Key, f => f.Value, StringComparer.Ordinal);
    }

    /// <summary>
    /// The constants that tables of that kind can tell, shared by all devices of the rows, and the ratios by which each stack's
    /// kernels differ: what is known of a device from its datasheet alone.
    /// </summary>
    /// <param name="kind">The table's kind.</param>
    /// <param name="rows">The rows, of any devices and stacks.</param>
    /// <param name="source">What the fitted constants name as their source.</param>
    /// <returns>Shared constants by key, and ratios by stack and key.</returns>
    public static (IReadOnlyDictionary<string, Constant> Shared, IReadOnlyDictionary<(string Stack, string Key), Constant> Ratios) FitShared(
        TableKind kind, IReadOnlyList<KnownRow> rows, string source)
    {
        var laws = new RowLaws(rows);
        var stacks = laws.Pairs.Select(p => p.Stack.Name).Distinct(StringComparer.Ordinal).Where(s => s != FitKeys.ReferenceStack).ToArray();
        FreeConstant[] free =
        [
            .. FitKeys.Of(kind, tensorParallel: false).Select(key => Free(laws, key)),
            .. stacks.SelectMany(stack => FitKeys.Ratios(kind).Select(key => Free(laws, key, stack))),
        ];
        var fitted = Fit(rows, laws, free, source);
        return (
            fitted.Where(f => f.Key.Stack is null).ToDictionary(f => f.Key.Key, f => f.Value, StringComparer.Ordinal),
            fitted.Where(f => f.Key.Stack is not null).ToDictionary(f => (f.Key.Stack!, f.Key.Key), f => f.Value));
    }

    /// <summary><paramref name="device"/> with these constants as fitted under a stack, beside those already there.</summary>
    public static DeviceSpec With(DeviceSpec device, string stack, IReadOnlyDictionary<string, Constant> constants)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(constants);
        var fits = new SortedDictionary<string, IReadOnlyDictionary<string, Constant>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, own) in device.Fits)
        {
            fits[name] = own;
        }

        var merged = new SortedDictionary<string, Constant>(StringComparer.Ordinal);
        foreach (var (key, constant) in (fits.GetValueOrDefault(stack) ?? new Dictionary<string, Constant>()).Concat(constants))
        {
            merged[key] = constant;
        }

        fits[stack] = merged;
        return device with { Fits = fits };
    }

    private static Dictionary<FreeConstant, Constant> Fit(IReadOnlyList<KnownRow> rows, RowLaws laws, FreeConstant[] free, string source)
    {
        var fit = new LeastSquares(Residuals, free, Noise);
        var (parameters, errors) = fit.Fit();
        return free.Select((f, p) => (f, Value: f.Fitted(parameters[p], errors[p], source))).ToDictionary(f => f.f, f => f.Value);

        double[] Residuals(double[] at)
        {
            var residuals = laws.Predict([.. free.Select((f, p) => (f, f.Constant with { Value = Math.Exp(at[p]) }))]);
            for (var i = 0; i < residuals.Length; i++)
            {
                residuals[i] = Math.Log(residuals[i] / rows[i].Row.MeasuredS);
            }

            return residuals;
        }
    }

    /// <summary>
    /// A constant to be fitted, with the value that it has in the first pair that may have it. How far it may stray is told by the interval
    /// that it had before any fit: that of an earlier fit is narrow, and says nothing of another table.
    /// </summary>
    private static FreeConstant Free(RowLaws laws, string key, string? stack = null)
    {
        var pair = laws.Pairs.First(p => stack is null || p.Stack.Name == stack);
        var fitted = pair.ConstantOf(key);
        var wide = laws.Unfitted(pair).ConstantOf(key);
        var start = fitted with { Low = Math.Min(wide.Low, fitted.Value), High = Math.Max(wide.High, fitted.Value) };
        return new FreeConstant(key, start, FittedKeys.BoundsOf(key), stack);
    }
}
