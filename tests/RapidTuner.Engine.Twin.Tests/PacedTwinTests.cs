using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Core.Workload;

namespace RapidTuner.Engine.Twin.Tests;

public class PacedTwinTests
{
    private readonly Recorder _told = new();

    [Fact]
    public async Task SubmitAsync_Request_StreamsItsTokensInOrder()
    {
        await using var engine = Start();
        var tokens = await Collect(engine.SubmitAsync(new GenerationRequest(300, 12), default));
        Assert.Equal(Enumerable.Range(1, 12), tokens.Select(t => t.Index));
        Assert.Equal(tokens.Select(t => t.AtS).Order(), tokens.Select(t => t.AtS));
        Assert.Equal([12], tokens.Where(t => t.Last).Select(t => t.Index));
    }

    [Fact]
    public async Task SubmitAsync_TooLong_IsRefused()
    {
        await using var engine = Start();
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => Collect(engine.SubmitAsync(new GenerationRequest(9000, 12), default)));
        Assert.Equal(Outcome.RejectedSize, refused.Outcome);
        Assert.Equal(3, (await Collect(engine.SubmitAsync(new GenerationRequest(10, 3), default))).Count);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    public async Task SubmitAsync_NoTokens_IsAnErrorOfTheCallerAlone(int prompt, int output)
    {
        await using var engine = Start();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Collect(engine.SubmitAsync(new GenerationRequest(prompt, output), default)));
        Assert.Equal(3, (await Collect(engine.SubmitAsync(new GenerationRequest(10, 3), default))).Count);
    }

    [Fact]
    public async Task SubmitAsync_ClientLeaves_RequestIsCancelled()
    {
        await using var engine = Start();
        await foreach (var token in engine.SubmitAsync(new GenerationRequest(50, 5000), default))
        {
            if (token.Index == 3)
            {
                break;
            }
        }

        await engine.StopAsync(TimeSpan.FromHours(1));
        Assert.Equal(Outcome.Cancelled, _told.Requests.Single().Outcome);
    }

    [Fact]
    public async Task SubmitAsync_AfterTheEngineStopped_ThrowsInsteadOfWaiting()
    {
        await using var engine = Start();
        await engine.StopAsync(TimeSpan.Zero);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Collect(engine.SubmitAsync(new GenerationRequest(10, 3), default)));
    }

    [Fact]
    public async Task Run_SomethingBreaks_IsToldAndNobodyWaits()
    {
        await using var engine = Start(new Broken());
        await Assert.ThrowsAsync<InvalidOperationException>(() => Collect(engine.SubmitAsync(new GenerationRequest(10, 3), default)));
        await engine.StopAsync(TimeSpan.Zero);
        Assert.Equal("broken", engine.Snapshot.Fault);
    }

    [Fact]
    public async Task StopAsync_WithTime_DrainsEverything()
    {
        var load = new Endless();
        await using var engine = Start(load: load);
        await load.Reached(200);
        await engine.StopAsync(TimeSpan.FromHours(1));
        Assert.Equal(engine.Snapshot.Requests, _told.Requests.Count);
        Assert.All(_told.Requests, r => Assert.Equal(Outcome.Finished, r.Outcome));
        Assert.Equal(0, engine.Snapshot.InFlight);
    }

    [Fact]
    public async Task StopAsync_WithoutTime_ReportsTheRestAsUnfinished()
    {
        var load = new Endless();
        await using var engine = Start(load: load);
        await load.Reached(50);
        await engine.StopAsync(TimeSpan.Zero);
        Assert.Equal(engine.Snapshot.Requests, _told.Requests.Select(r => r.Id).Distinct().Count());
        Assert.Equal(0, engine.Snapshot.InFlight);
    }

    [Fact]
    public async Task Pin_HoldsTheNearestSplit_UntilGivenBack()
    {
        await using var engine = Start();
        var held = engine.Pin(new Split(1, 1));
        await Collect(engine.SubmitAsync(new GenerationRequest(300, 3), default));
        Assert.All(_told.Decisions, d => Assert.Equal((Reason.Pinned, held), (d.Decided.Reason, d.Decided.Split)));
        Assert.Null(engine.Pin(null));
        await Collect(engine.SubmitAsync(new GenerationRequest(300, 3), default));
        await engine.StopAsync(TimeSpan.Zero);
        Assert.Equal(Reason.Fixed, _told.Decisions[^1].Decided.Reason);
        Assert.Null(engine.Snapshot.Pinned);
    }

    private static async Task<List<GeneratedToken>> Collect(IAsyncEnumerable<GeneratedToken> stream)
    {
        var tokens = new List<GeneratedToken>();
        await foreach (var token in stream)
        {
            tokens.Add(token);
        }

        return tokens;
    }

    private PacedTwin Start(IEngineObserver? observer = null, IArrivalSource? load = null)
    {
        var slo = new Slo("paper", 1, 1, 0.03);
        var description = new EngineDescription("twin", "l20", "qwen2.5-3b", 1, "load", Twins.Units, new Twins.LoadPolicy().Palette, 8192, 9600, slo, Placeholders: true);
        var engine = new PacedTwin(o => Twins.Build(o), observer ?? _told, description, load, most => most, new EagerClock());
        engine.Start();
        return engine;
    }

    /// <summary>Five requests a second without end; stops the clock's run-away by telling how far it came.</summary>
    private sealed class Endless : IArrivalSource
    {
        private readonly TaskCompletionSource[] _marks = [.. Enumerable.Range(0, 201).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
        private int _taken;

        public double NextArrivalS => 0.2 * _taken;

        public Task Reached(int requests) => _marks[requests].Task;

        public TraceRequest Take(out double ttftLimitS)
        {
            ttftLimitS = 1;
            var request = new TraceRequest(NextArrivalS, 100 + (_taken % 300), 1 + (_taken % 40));
            _taken++;
            if (_taken < _marks.Length)
            {
                _marks[_taken].SetResult();
            }

            return request;
        }
    }

    private sealed class Broken : IEngineObserver
    {
        public void OnStep(in StepSample step) => throw new InvalidOperationException("broken");

        public void OnGaps(double nowS, double gapS, int count)
        {
        }

        public void OnRequest(in RequestSample request)
        {
        }
    }
}
