using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Engine.Cpu.Model;
using RapidTuner.Engine.Cpu.Numerics;
using RapidTuner.Engine.Text;

namespace RapidTuner.Engine.Cpu.Tests;

public sealed class CpuEngineTests
{
    private static readonly Slo Slo = new("paper", 1, 1, 0.1);

    private static readonly DecoderConfig Small = CpuModel.TinyConfig with { Layers = 2, Hidden = 64, Heads = 4, HeadDim = 16, FeedForward = 96, ContextTokens = 600 };

    [Theory]
    [InlineData(EngineMode.Split)]
    [InlineData(EngineMode.Hybrid)]
    public async Task GenerateAsync_ManyAtOnce_EachGetsTheReplyThatItGetsAlone(EngineMode mode)
    {
        var alone = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            await using var single = new Running(mode);
            alone.Add(await single.Reply(i));
        }

        await using var many = new Running(mode);
        var together = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => many.Reply(i)));
        Assert.Equal(alone, together);
        Assert.Equal(6, together.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task GenerateAsync_MoreThanTheKvHolds_PreemptsAndStillGivesTheSameReplies()
    {
        await using var wide = new Running(EngineMode.Split);
        var expected = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => wide.Reply(i, tokens: 120)));
        await using var narrow = new Running(EngineMode.Split, kvTokens: 320, holdAtSteps: 1);
        var replies = Task.WhenAll(Enumerable.Range(0, 4).Select(i => narrow.Reply(i, tokens: 120)));
        narrow.Seen.GoOn();
        Assert.Equal(expected, await replies);
        await narrow.Engine.StopAsync(TimeSpan.Zero);
        Assert.True(narrow.Engine.Snapshot.Preemptions > 0);
    }

    [Fact]
    public async Task GenerateAsync_EndsWithItsBound_AndReportsStepsAndTheRequest()
    {
        await using var running = new Running(EngineMode.Split);
        var tokens = new List<TextToken>();
        await foreach (var token in running.Engine.GenerateAsync(new TextRequest(new int[300], 9, new Sampling(0, 1, 1)), default))
        {
            tokens.Add(token);
        }

        Assert.InRange(tokens.Count, 1, 9);
        Assert.Equal(Enumerable.Range(1, tokens.Count), tokens.Select(t => t.Index));
        Assert.Equal(tokens.Count == 9 ? ReplyEnd.Length : ReplyEnd.Stop, tokens[^1].End);
        Assert.All(tokens.SkipLast(1), t => Assert.Equal(ReplyEnd.None, t.End));
        await running.Engine.StopAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(2, running.Seen.Steps.Count(s => s.Phase == Phase.Prefill));
        Assert.Equal(300, running.Seen.Steps.Where(s => s.Phase == Phase.Prefill).Sum(s => s.Work.NewTokens));
        Assert.Equal(tokens.Count - 1, running.Seen.Steps.Count(s => s.Phase == Phase.Decode));
        var request = Assert.Single(running.Seen.Requests);
        Assert.Equal((Outcome.Finished, tokens.Count), (request.Outcome, request.OutputTokens));
        Assert.True(request.FirstTokenS > request.ArrivalS);
    }

    [Fact]
    public async Task GenerateAsync_LongerThanTheContext_IsRefusedAndTheEngineGoesOn()
    {
        await using var running = new Running(EngineMode.Split);
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(async () =>
        {
            await foreach (var _ in running.Engine.GenerateAsync(new TextRequest(new int[601], 1, new Sampling(0, 1, 1)), default))
            {
            }
        });
        Assert.Equal(Outcome.RejectedSize, refused.Outcome);
        Assert.NotEmpty(await running.Reply(1));
    }

    [Fact]
    public async Task GenerateAsync_Cancelled_FreesItsPlace()
    {
        // Held a few steps later than the token that the client leaves at: however slow the client, it leaves before the reply is whole.
        await using var running = new Running(EngineMode.Split, holdAtSteps: 5);
        await foreach (var token in running.Engine.GenerateAsync(new TextRequest(new int[20], 560, new Sampling(0, 1, 1)), default))
        {
            if (token.Index == 3)
            {
                break;
            }
        }

        running.Seen.GoOn();
        await running.Engine.StopAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(Outcome.Cancelled, Assert.Single(running.Seen.Requests).Outcome);
        Assert.Equal(1, running.Engine.Snapshot.KvFreeShare);
    }

    [Fact]
    public async Task Load_WithGivenLengths_IsServedToTheToken()
    {
        var load = new FewRequests([new CpuLoadRequest(0, 40, 12, 1), new CpuLoadRequest(0.01, 300, 5, 1), new CpuLoadRequest(0.02, 7, 1, 1)]);
        await using var running = new Running(EngineMode.Split, load: load);
        while (running.Seen.Requests.Length < 3)
        {
            await Task.Delay(1);
        }

        Assert.Equal([(40, 12), (300, 5), (7, 1)], running.Seen.Requests.OrderBy(r => r.Id).Select(r => (r.PromptTokens, r.OutputTokens)));
        Assert.All(running.Seen.Requests, r => Assert.Equal(Outcome.Finished, r.Outcome));
    }

    private sealed class FewRequests(CpuLoadRequest[] requests) : ICpuLoad
    {
        private int _next;

        public double NextArrivalS => _next < requests.Length ? requests[_next].ArrivalS : double.PositiveInfinity;

        public CpuLoadRequest Take() => requests[_next++];
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly CpuModel _model = CpuModel.Generate("small", Small, 3, WeightFormat.FullPrecision);

        public Running(EngineMode mode, int kvTokens = 4096, ICpuLoad? load = null, int holdAtSteps = int.MaxValue)
        {
            Seen = new SeenSteps { HoldAtSteps = holdAtSteps };
            var options = new CpuEngineOptions { Mode = mode, Cores = 2, KvTokens = kvTokens, Slo = Slo };
            var policy = mode == EngineMode.Split ? new HeldSplit(new Split(10, 6), options.Palette) : null;
            Engine = new CpuEngine(_model, options, policy, Seen, load, 1, TimeProvider.System);
            Engine.Start();
        }

        public SeenSteps Seen { get; }

        public CpuEngine Engine { get; }

        public async Task<string> Reply(int number) => await Reply(number, 40);

        public async Task<string> Reply(int number, int tokens)
        {
            var text = "";
            var prompt = Engine.Encode($"Tell me about number {number}. {new string('x', 20 * number)}");
            await foreach (var token in Engine.GenerateAsync(new TextRequest(prompt, tokens, new Sampling(0.8, 0.95, (ulong)number)), default))
            {
                text += token.Text;
            }

            return text;
        }

        public async ValueTask DisposeAsync()
        {
            Seen.GoOn();
            await Engine.DisposeAsync();
            _model.Dispose();
        }
    }
}
