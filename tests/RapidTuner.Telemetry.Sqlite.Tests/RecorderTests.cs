using RapidTuner.Core.Control;
using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Features;
using RapidTuner.Telemetry.Records;
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

    [Fact]
    public async Task Windows_FromTheLog_EqualThoseMadeLiveToTheBit()
    {
        using var store = Open("a");
        var live = new List<WindowRecord>();
        var options = new TelemetryOptions { VirtualTime = true, OnWindow = live.Add };
        await using var recorder = new TelemetryRecorder(store, SampleMaker.Run(originUs: 0), options, TimeProvider.System);
        recorder.Start();
        ReportWhole(recorder, new SampleMaker(6), 4000);
        await recorder.StopAsync();

        var again = WindowReplay.Of(store, run: 1).ToList();

        Assert.True(live.Count > 60);
        Assert.Equal(live.Count, again.Count);
        foreach (var (expected, actual) in live.Zip(again))
        {
            Assert.Equal((expected.StartUs, expected.WidthS), (actual.StartUs, actual.WidthS));
            Assert.Equal(expected.Sums, actual.Sums);
            Assert.Equal(expected.Values.Select(BitConverter.DoubleToInt64Bits), actual.Values.Select(BitConverter.DoubleToInt64Bits));
        }

        // And those that were stored are those that were live.
        Assert.Equal(live.Select(w => Convert.ToHexString(w.Sums)), store.Read(TelemetryTables.Windows, ReadRange.Everything).Select(w => Convert.ToHexString(w.Sums)));
    }

    [Fact]
    public void Report_AnyKind_AllocatesNothing()
    {
        using var store = Open("a");
        var recorder = new TelemetryRecorder(store, SampleMaker.Run(), new TelemetryOptions { RingSlots = 64 }, TimeProvider.System);
        var maker = new SampleMaker(7);
        var (step, request, seen) = (maker.Step(), maker.Request(), maker.Observation());
        ReportAll();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            ReportAll();
        }

        // Also when the ring is full, as it is after the first few.
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void ReportAll()
        {
            recorder.OnStep(in step);
            recorder.OnGaps(1, 0.02, 30);
            recorder.OnRequest(in request);
            recorder.OnArrival(1, 100, 0);
            recorder.OnFirstToken(1, 1, 0.5);
            seen = seen with { NowS = seen.NowS + 1 };
            recorder.OnDecision(in seen, new Decision(seen.Split, Reason.SmallestDecode));
        }
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

    // Every request is reported from arrival to end, as an engine does.
    private static void ReportWhole(TelemetryRecorder recorder, SampleMaker maker, int steps)
    {
        var running = new PriorityQueue<Core.Samples.RequestSample, double>();
        for (var i = 0; i < steps; i++)
        {
            var seen = maker.Observation();
            recorder.OnDecision(in seen, new Decision(seen.Split, Reason.SmallestDecode));
            var step = maker.Step();
            var request = maker.Request();
            request = request with { ArrivalS = step.EndS, FirstScheduledS = step.EndS, FirstTokenS = step.EndS, FinishS = step.EndS + (10 * request.SingleGapMaxS) };
            while (running.TryPeek(out var ending, out var endS) && endS <= step.EndS)
            {
                running.Dequeue();
                recorder.OnRequest(in ending);
            }

            recorder.OnStep(in step);
            recorder.OnGaps(step.EndS, 0.02 + (0.01 * step.KvFreeShare), 30);
            recorder.OnArrival(request.ArrivalS, request.PromptTokens, request.CachedTokens);
            recorder.OnFirstToken(request.FirstTokenS, request.Id, request.ArrivalS);
            running.Enqueue(request, request.FinishS);
        }

        while (running.TryDequeue(out var ending, out _))
        {
            recorder.OnRequest(in ending);
        }
    }
}
