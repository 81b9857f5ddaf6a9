namespace RapidTuner.Bench.Telemetry;

/// <summary>The real clock of the measurements.</summary>
internal static class Clock
{
#pragma warning disable RS0030 // The clock enters here.
    public static TimeProvider System { get; } = TimeProvider.System;
#pragma warning restore RS0030

    /// <summary>Seconds that <paramref name="work"/> takes, the least of several runs.</summary>
    public static double FastestS(int rounds, Action work)
    {
        var fastest = double.MaxValue;
        for (var i = 0; i < rounds; i++)
        {
            var startedAt = System.GetTimestamp();
            work();
            fastest = Math.Min(fastest, System.GetElapsedTime(startedAt).TotalSeconds);
        }

        return fastest;
    }
}
