using RapidTuner.Core.Control;
using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Store;
using RapidTuner.Telemetry.Writing;

namespace RapidTuner.Telemetry.Sqlite.Tests;

public sealed class RecorderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Stop_AfterReports_EverythingIsInTheStore()
    {
        using var store = Open("a");
        var maker = new SampleMaker(1);
        await using var recorder = new TelemetryRecorder(store, SampleMaker.Run(), new TelemetryOptions(), TimeProvider.System);
        recorder.Start();
        Report(recorder, maker, 2000);
        await recorder.StopAsync();

        var counters = recorder.Counters.ToDictionary(c => c.Table);
        Assert.Equal((2000, 0, 2000), (counters["steps"].Written, counters["steps"].Dropped, counters["steps"].Acknowledged));
        Assert.Equal(2000, store.Read(TelemetryTables.Steps, ReadRange.Everything).Count());
        Assert.Equal(200, counters["requests"].Written);
        Assert.True(counters["windows"].Written > 10);
        Assert.True(counters["decisions"].Written > 100);
    }

    [Fact]
    public async Task VirtualTime_TinyRing_DropsNothingAndRepeatsToTheByte()
    {
        var dumps = new List<string>();
        foreach (var name in (string[])["a", "b"])
        {
            using var store = Open(name);
            var options = new TelemetryOptions { VirtualTime = true, RingSlots = 16, PendingMax = 1000, StepSampling = 4 };
            await using var recorder = new TelemetryRecorder(store, SampleMaker.Run(originUs: 0), options, TimeProvider.System);
            recorder.Start();
            Report(recorder, new SampleMaker(5), 20_000);
            await recorder.StopAsync();
            Assert.All(recorder.Counters, c => Assert.Equal(0, c.Dropped));
            Assert.Equal(5000, store.Acknowledged["steps"]);
            dumps.Add(string.Join('\n', store.Read(TelemetryTables.Steps, ReadRange.Everything).Select(s => s.ToString()))
                + string.Join('\n', store.Read(TelemetryTables.Windows, ReadRange.Everything).Select(w => $"{w.Seq} {w.StartUs} {w.WidthS} {Convert.ToHexString(w.Sums)} {string.Join(' ', w.Values)}"))
                + string.Join('\n', store.Read(TelemetryTables.Decisions, ReadRange.Everything)));
        }

        Assert.Equal(dumps[0], dumps[1]);
    }

    [Fact]
    public void Append_StoreFails_BacksOffAndRecoversWithoutLoss()
    {
        using var store = new FlakyStore(Open("a"));
        var notices = new List<StoreNotice>();
        var clock = new SteppedClock();
        var recorder = new TelemetryRecorder(store, SampleMaker.Run(), new TelemetryOptions { OnNotice = notices.Add }, clock);
        var maker = new SampleMaker(2);
        store.Fault = StoreFault.Unavailable;
        Report(recorder, maker, 100);
        recorder.Writer.Pump();
        Assert.False(recorder.Writer.TryAppend());
        Assert.False(recorder.Writer.TryAppend());
        Report(recorder, maker, 100);
        recorder.Writer.Pump();
        Assert.True(recorder.Failing);

        store.Fault = null;

        Assert.True(recorder.Writer.TryAppend());
        Assert.True(recorder.Writer.TryAppend());
        Assert.False(recorder.Failing);
        Assert.Equal(200, store.Acknowledged["steps"]);
        Assert.Equal([StoreNoticeKind.Failing, StoreNoticeKind.Recovered], notices.Select(n => n.Kind));
    }

    [Fact]
    public async Task OnStep_StoreBlocks_EngineNeverWaitsAndWindowsGoOn()
    {
        using var store = new FlakyStore(Open("a"));
        var windows = 0;
        var options = new TelemetryOptions { PendingMax = 1000, OnWindow = w => windows += w.WidthS == 1 ? 1 : 0 };
        var recorder = new TelemetryRecorder(store, SampleMaker.Run(), options, new SteppedClock());
        var maker = new SampleMaker(3);

        // The store takes nothing all along: what does not fit is dropped and counted, and every window is made.
        for (var i = 0; i < 50; i++)
        {
            Report(recorder, maker, 200);
            recorder.Writer.Pump();
        }

        var steps = recorder.Counters.Single(c => c.Table == "steps");
        Assert.True(steps.Dropped > 8000);
        Assert.InRange(windows, (int)maker.NowS - 1, (int)maker.NowS);
        await recorder.StopAsync();
        Assert.Equal(10_000, recorder.Counters.Single(c => c.Table == "steps") is var end ? end.Written + end.Dropped : 0);
    }

    [Fact]
    public async Task VirtualTime_StoreGoneForGood_EndsInTheFault()
    {
        using var store = new FlakyStore(Open("a")) { Fault = StoreFault.Unavailable };
        var options = new TelemetryOptions { VirtualTime = true, RingSlots = 16, PatienceS = 0 };
        var recorder = new TelemetryRecorder(store, SampleMaker.Run(originUs: 0), options, TimeProvider.System);
        recorder.Start();
        Report(recorder, new SampleMaker(4), 5000);
        await Assert.ThrowsAsync<StoreException>(recorder.StopAsync);
        Assert.Equal(5000, recorder.Counters.Single(c => c.Table == "steps").Dropped);
    }

    private SqliteStore Open(string name) => SqliteStore.Open(_folder.File(name), new SqliteStoreOptions(), TimeProvider.System);

    private static void Report(TelemetryRecorder recorder, SampleMaker maker, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            var seen = maker.Observation();
            recorder.OnDecision(in seen, new Decision(seen.Split, Reason.SmallestDecode));
            var step = maker.Step();
            recorder.OnStep(in step);
            recorder.OnGaps(step.EndS, 0.02, 30);
            if (i % 10 == 0)
            {
                recorder.OnArrival(step.EndS, 500, 100);
                recorder.OnFirstToken(step.EndS, i, step.StartS);
                var request = maker.Request();
                recorder.OnRequest(in request);
            }
        }
    }
}
