using System.Text.Json;
using RapidTuner.Core.Numerics;
using RapidTuner.Jobs;
using RapidTuner.Jobs.Work;
using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Features;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Tests.Jobs.Work;

public sealed class DriftWorkTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly HandClock _clock = new();
    private readonly SqliteStore _store;
    private int _retrained;

    public DriftWorkTests() => _store = SqliteStore.Open(_folder.Path, new SqliteStoreOptions(), _clock);

    private long NowUs => (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / 10;

    [Fact]
    public void Run_SameHourSameLoad_DoesNothing()
    {
        Fill(24, 5);
        Fill(48, 5);
        Fill(0, 5);
        Assert.Empty(Drifted(Run([])));
        Assert.Equal(0, _retrained);
    }

    [Fact]
    public void Run_LoadIsAnother_RetrainsAndThenRests()
    {
        Fill(24, 5);
        Fill(0, 9);
        Assert.Equal(["requests_arrived_per_s"], Drifted(Run([])));
        Assert.Equal(1, _retrained);
        _store.Save(new JobRecord { Id = "t", Name = "train", Trigger = "drift", State = "done", StartedUs = NowUs });
        Run([]);
        Assert.Equal(1, _retrained);
    }

    [Fact]
    public void Run_OtherHoursOnly_IsNoReference()
    {
        Fill(12, 50);
        Fill(0, 5);
        Assert.Empty(Drifted(Run([])));
    }

    [Fact]
    public void Run_ResidualsMove_Retrains()
    {
        Fill(0, 5);
        Assert.Equal(["residuals"], Drifted(Run([.. Enumerable.Repeat(0.0, 500), .. Enumerable.Repeat(0.2, 200)])));
        Assert.Equal(1, _retrained);
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    private static string[] Drifted(object result) =>
        [.. JsonSerializer.SerializeToElement(result).GetProperty("Drifted").EnumerateArray().Select(e => e.GetString()!)];

    private object Run(double[] residuals) =>
        new DriftWork(_store, _ => residuals, () => _retrained++, _clock).Run(new JobRun("a", "cron", _ => { }), default);

    /// <summary>An hour of windows that ended so many hours ago.</summary>
    private void Fill(int hoursAgo, double rate)
    {
        var rng = new Rng((ulong)hoursAgo + 1, "windows");
        var endUs = NowUs - (hoursAgo * 3_600_000_000L);
        var batch = new TelemetryBatch(new RunRecord { OriginUs = endUs - 3_600_000_000L });
        for (var i = 360; i >= 1; i--)
        {
            var values = new double[FeatureList.All.Count];
            Array.Fill(values, double.NaN);
            values[FeatureList.IndexOf("requests_arrived_per_s")] = rate + rng.NextGaussian();
            batch.Windows.Add(new WindowRecord { StartUs = endUs - (i * 10_000_000L), WidthS = 10, Values = values, Sums = [1, 0] });
        }

        _store.Append(batch);
    }
}
