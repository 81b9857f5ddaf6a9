namespace RapidTuner.Telemetry.Records;

/// <summary>
/// Times are kept as whole microseconds. Samples are rounded once, on their way into telemetry, so that what is computed
/// online and what is recomputed from the log start from the same numbers.
/// </summary>
public static class Micros
{
    /// <summary>Microseconds in a second.</summary>
    public const long PerS = 1_000_000;

    /// <summary>Seconds to microseconds, nearest; NaN gives 0, and the range is clamped to ±292,000 years.</summary>
    public static long FromS(double seconds) => (long)Math.Round(seconds * PerS);

    /// <summary>The same for a time that may be missing: NaN and infinities give null.</summary>
    public static long? FromSOrNull(double seconds) => double.IsFinite(seconds) ? FromS(seconds) : null;

    /// <summary>Microseconds to seconds.</summary>
    public static double ToS(long micros) => micros / (double)PerS;

    /// <summary>Microseconds to seconds, NaN for a missing time.</summary>
    public static double ToS(long? micros) => micros is { } known ? ToS(known) : double.NaN;

    /// <summary>A share of 0 to 1 in ten-thousandths, clamped; NaN gives 0.</summary>
    public static int ShareToE4(double share) => (int)Math.Round(Math.Clamp(double.IsNaN(share) ? 0 : share, 0, 1) * 10_000);

    /// <summary>Ten-thousandths to a share.</summary>
    public static double ShareFromE4(long e4) => e4 / 10_000.0;
}
