using System.Diagnostics;

namespace RapidTuner.Bench.Cpu;

/// <summary>Wall time of an action.</summary>
internal static class Clock
{
    /// <summary>Seconds of one call.</summary>
    public static double Seconds(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>The middle of the values; they are sorted in place.</summary>
    public static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
