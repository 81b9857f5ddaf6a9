namespace RapidTuner.Learning.Forecasting;

/// <summary>How far ahead is forecast. A forecast is of the mean rate from now to the horizon, since that is the work a plan has to expect.</summary>
public static class Horizons
{
    private static readonly double[] AllS = [0.5, 1, 2, 5, 10, 30, 60, 300];

    /// <summary>Horizons, seconds, rising.</summary>
    public static ReadOnlySpan<double> S => AllS;

    /// <summary>How many there are.</summary>
    public static int Count => AllS.Length;

    /// <summary>The first horizon that windows can tell from the one before: half a second is forecast as the whole one, as no window is finer.</summary>
    internal const int First = 1;

    /// <summary>Windows after which a horizon can be scored.</summary>
    internal static int Windows(int horizon) => (int)Math.Ceiling(AllS[horizon]);

    /// <summary>Every how many windows a horizon is scored: forecasts that overlap by nine tenths tell little more.</summary>
    internal static int Stride(int horizon) => Math.Max(1, Windows(horizon) / 10);

    /// <summary>Windows of the longest horizon.</summary>
    internal static int WindowsMax => Windows(Count - 1);
}
