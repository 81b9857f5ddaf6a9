using RapidTuner.Core.Catalogue;

namespace RapidTuner.Engine.Twin.Calibration;

/// <summary>
/// A constant that a fit may move, on a logarithmic scale: its value to start from, how far its interval lets it stray, and its
/// bounds.
/// </summary>
internal sealed class FreeConstant
{
    /// <summary>Part of an interval's upper end from which a constant starts whose value is 0 and has no logarithm.</summary>
    private const double StartOfZero = 0.05;

    /// <summary>Standard deviations between the ends of an interval.</summary>
    private const double DeviationsPerInterval = 4;

    /// <summary>Deviation of a constant whose interval reaches down to 0.</summary>
    private const double WideDeviation = 1.5;

    private const double LeastDeviation = 0.05;
    private const double LeastShareOfStart = 1e-4;

    public FreeConstant(string key, Constant constant, BoundsAttribute bounds, string? stack = null)
    {
        Key = key;
        Stack = stack;
        Constant = constant;
        var start = constant.Value > 0 ? constant.Value : Math.Max(constant.High, 1e-12) * StartOfZero;
        Start = Math.Log(start);
        Least = Math.Log(Math.Max(bounds.Min, start * LeastShareOfStart));
        Most = Math.Log(bounds.Max);
        Deviation = constant.Low > 0 && constant.Value > 0
            ? Math.Max(LeastDeviation, Math.Log(constant.High / constant.Low) / DeviationsPerInterval)
            : WideDeviation;
    }

    /// <summary><c>cost.…</c> or <c>stack.…</c>.</summary>
    public string Key { get; }

    /// <summary>The stack that alone has this constant; null: all rows share it.</summary>
    public string? Stack { get; }

    /// <summary>The constant as it stood.</summary>
    public Constant Constant { get; }

    /// <summary>Logarithm of the value to start from; the prior's mean.</summary>
    public double Start { get; }

    /// <summary>Least logarithm allowed.</summary>
    public double Least { get; }

    /// <summary>Greatest logarithm allowed.</summary>
    public double Most { get; }

    /// <summary>The prior's standard deviation.</summary>
    public double Deviation { get; }

    /// <summary>The constant with a fitted logarithm; its interval is two standard errors each way.</summary>
    public Constant Fitted(double logarithm, double standardError, string source) => Constant with
    {
        Value = Round(Math.Exp(logarithm)),
        Low = Math.Min(Round(Math.Exp(logarithm)), Round(Math.Exp(Math.Max(Least, logarithm - (2 * standardError))))),
        High = Math.Max(Round(Math.Exp(logarithm)), Round(Math.Exp(Math.Min(Most, logarithm + (2 * standardError))))),
        Source = source,
    };

    /// <summary>To five significant digits: what a file should show.</summary>
    private static double Round(double value) =>
        double.Parse(value.ToString("G5", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
}
