using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Twin.Cost;

namespace RapidTuner.Engine.Twin.Calibration;

/// <summary>
/// Fits the constants that a table tells something about, one stack at a time, to the logarithm of predicted over measured
/// time. The constants' values and intervals are the prior, so a short table moves little.
/// </summary>
public static class TableFit
{
    /// <summary>Size of an ordinary logarithmic residual; larger ones count linearly, so that outliers do not pull.</summary>
    private const double Noise = 0.05;

    /// <summary>The constants of <paramref name="device"/> fitted to <paramref name="rows"/>, which must be of it and of one stack.</summary>
    /// <param name="kind">The table's kind.</param>
    /// <param name="device">The device.</param>
    /// <param name="stack">The stack.</param>
    /// <param name="rows">The rows, at least one.</param>
    /// <param name="source">What the fitted constants name as their source.</param>
    public static IReadOnlyDictionary<string, Constant> Fit(TableKind kind, DeviceSpec device, StackSpec stack, IReadOnlyList<KnownRow> rows, string source)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var pair = FittedPair.Of(device, stack);
        var free = Free(kind, pair, rows);
        var fit = new LeastSquares(at => Residuals(pair, free, at, rows), free, Noise);
        var (parameters, errors) = fit.Fit();
        return Constants(free, p => free[p].Fitted(parameters[p], errors[p], source));
    }

    /// <summary>
    /// <paramref name="device"/> with fits for every stack of the matched rows. Its name and aliases are kept as aliases.
    /// </summary>
    public static DeviceSpec Fit(MeasuredTable table, DeviceSpec device, TableMatch match)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(match);
        var fits = new SortedDictionary<string, IReadOnlyDictionary<string, Constant>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (stack, constants) in device.Fits)
        {
            fits[stack] = constants;
        }

        foreach (var group in match.Rows.GroupBy(r => r.Stack.Name, StringComparer.OrdinalIgnoreCase))
        {
            var rows = group.ToArray();
            var source = $"calibrate: {Path.GetFileName(table.Path)}, {rows.Length} rows";
            var merged = new SortedDictionary<string, Constant>(StringComparer.Ordinal);
            foreach (var (key, constant) in fits.GetValueOrDefault(group.Key) ?? new Dictionary<string, Constant>())
            {
                merged[key] = constant;
            }

            foreach (var (key, constant) in Fit(table.Kind, device, rows[0].Stack, rows, source))
            {
                merged[key] = constant;
            }

            fits[group.Key] = merged;
        }

        return device with { Fits = fits, Aliases = [.. device.Aliases.Prepend(device.Name).Distinct(StringComparer.OrdinalIgnoreCase)] };
    }

    private static FreeConstant[] Free(TableKind kind, FittedPair pair, IReadOnlyList<KnownRow> rows)
    {
        var tensorParallel = rows.Any(r => r.Row is ShareRow { TensorParallel: > 1 } or OperatorRow { TensorParallel: > 1 });
        var known = SpecConstants.Of(pair.Device).Concat(SpecConstants.Of(pair.Stack).Select(c => new KeyValuePair<string, Constant>("stack." + c.Key, c.Value)))
            .ToDictionary(c => c.Key, c => c.Value, StringComparer.Ordinal);
        return [.. FitKeys.Of(kind, tensorParallel).Distinct().Select(key => new FreeConstant(key, known[key], FittedKeys.BoundsOf(key)))];
    }

    private static double[] Residuals(FittedPair pair, FreeConstant[] free, double[] at, IReadOnlyList<KnownRow> rows)
    {
        var laws = new Laws(FittedPair.With(pair.Device, pair.Stack, Constants(free, p => free[p].Constant with { Value = Math.Exp(at[p]) })));
        var residuals = new double[rows.Count];
        for (var i = 0; i < residuals.Length; i++)
        {
            residuals[i] = Math.Log(rows[i].Row.PredictS(laws, rows[i].Model) / rows[i].Row.MeasuredS);
        }

        return residuals;
    }

    private static SortedDictionary<string, Constant> Constants(FreeConstant[] free, Func<int, Constant> valueOf)
    {
        var constants = new SortedDictionary<string, Constant>(StringComparer.Ordinal);
        for (var p = 0; p < free.Length; p++)
        {
            constants[free[p].Key] = valueOf(p);
        }

        return constants;
    }
}
