using RapidTuner.Core.Numerics;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Slos;

namespace RapidTuner.Evaluation.Tests.Replay;

/// <summary><c>learned</c> with its planner at work: a seed reproduces it, it knows no future, and it loses to no static split by much.</summary>
public sealed class LearnedReplayTests
{
    private static readonly TraceRequest[] Requests = Scenes.Trace(500, 5).Requests;

    [Theory]
    [InlineData("learned")]
    [InlineData("learned:split-only")]
    [InlineData("learned:no-hold")]
    [InlineData("learned:no-fuse")]
    [InlineData("learned:no-admit")]
    [InlineData("learned:table-only")]
    public void Run_SameSeed_SameDecisions(string policy) => Assert.Equal(Run(policy, Requests).Decided, Run(policy, Requests).Decided);

    [Theory]
    [InlineData("learned")]
    [InlineData("learned:split-only")]
    public void Run_OtherFuture_SamePast(string policy)
    {
        var first = Run(policy, Requests);
        var rng = new Rng(7, "future");
        foreach (var share in new[] { 0.5, 0.8 })
        {
            var atS = share * Requests[^1].ArrivalS;
            var altered = Requests.Select((r, i) => first.FinishS.GetValueOrDefault(i, double.PositiveInfinity) <= atS ? r
                : r with { OutputTokens = first.TokensAt(i, atS) + 1 + rng.NextInt(400), ArrivalS = r.ArrivalS > atS ? r.ArrivalS + 1 : r.ArrivalS }).ToArray();
            var second = Run(policy, altered);
            var past = first.Decided.TakeWhile(d => d.NowS <= atS).ToArray();
            Assert.True(past.Length > 100);
            Assert.Equal(past, second.Decided.TakeWhile(d => d.NowS <= atS));
            Assert.NotEqual(first.Decided, second.Decided);
        }
    }

    [Fact]
    public void Run_UnderStrain_HoldsDecodeNowAndThen() => Assert.Contains(Run("learned", Requests).Decided, d => d.Decision.HoldsDecode);

    [Fact]
    public void Run_WithoutALever_NeverUsesIt()
    {
        Assert.Contains(Run("learned", Requests).Decided, d => d.Decision.Fuses);
        Assert.DoesNotContain(Run("learned:no-fuse", Requests).Decided, d => d.Decision.Fuses);
        Assert.Contains(Run("learned", Requests).Decided, d => d.Decision.AdmitTokens > 0);
        Assert.DoesNotContain(Run("learned:no-admit", Requests).Decided, d => d.Decision.AdmitTokens > 0);
        Assert.DoesNotContain(Run("learned:split-only", Requests).Decided, d => d.Decision.Fuses || d.Decision.AdmitTokens > 0);
    }

    private static Recorder Run(string policy, TraceRequest[] requests)
    {
        var cell = Scenes.Cell(new Trace("learned", requests, 0, 0), Scenes.Options(policy) with { Tier = SloTier.Tight });
        var setting = new Setting { Kind = RowKind.Pure, Policy = policy };
        var recorder = new Recorder();
        new EngineRun(cell, setting, 1).Whole(cell.AsIs(1, 1), TimeProvider.System, recorder, CancellationToken.None);
        return recorder;
    }

    private sealed class Recorder : IRunLog, IEngineObserver
    {
        private readonly Dictionary<long, double> _firstS = [];
        private readonly List<double> _decodeEndsS = [];

        public List<(double NowS, Decision Decision)> Decided { get; } = [];

        public Dictionary<long, double> FinishS { get; } = [];

        public IEngineObserver Observer => this;

        /// <summary>At least as many tokens as the request had by then: its first, and one for each decode step since.</summary>
        public int TokensAt(int id, double atS) =>
            _firstS.TryGetValue(id, out var firstS) && firstS <= atS ? 1 + _decodeEndsS.Count(e => e > firstS && e <= atS) : 0;

        public void OnDecision(in Observation seen, in Decision decided) => Decided.Add((seen.NowS, decided));

        public void OnFirstToken(double nowS, long id, double arrivalS) => _firstS[id] = nowS;

        public void OnStep(in StepSample step)
        {
            if (step.Phase != Core.Phase.Prefill)
            {
                _decodeEndsS.Add(step.EndS);
            }
        }

        public void OnGaps(double nowS, double gapS, int count)
        {
        }

        public void OnRequest(in RequestSample request) => FinishS[request.Id] = request.FinishS;

        public void Dispose()
        {
        }
    }
}
