using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Engine.Tests.Rig;

/// <summary>Writes down every token, sample and decision, and judges requests from their tokens' times alone.</summary>
internal sealed class TokenLog : IEngineObserver, ITokenSink
{
    public Dictionary<long, List<double>> TokensS { get; } = [];

    public Dictionary<long, RequestSample> Requests { get; } = [];

    public List<StepSample> Steps { get; } = [];

    public List<(double GapS, int Count)> Gaps { get; } = [];

    public List<(Observation Seen, Decision Decided)> Decisions { get; } = [];

    public List<(double NowS, long Id, double ArrivalS)> FirstTokens { get; } = [];

    public int Arrivals { get; private set; }

    public void OnToken(RequestHandle handle, int index, double nowS)
    {
        if (!TokensS.TryGetValue(handle.Id, out var times))
        {
            TokensS[handle.Id] = times = [];
        }

        times.Add(nowS);
        Assert.Equal(times.Count, index);
    }

    public void OnStep(in StepSample step)
    {
        Assert.Equal(Steps.Count + 1, step.Seq);
        Steps.Add(step);
    }

    public void OnGaps(double nowS, double gapS, int count) => Gaps.Add((gapS, count));

    public void OnArrival(double nowS, int promptTokens, int cachedTokens) => Arrivals++;

    public void OnFirstToken(double nowS, long id, double arrivalS) => FirstTokens.Add((nowS, id, arrivalS));

    public void OnDecision(in Observation seen, in Decision decided) => Decisions.Add((seen, decided));

    public void OnRequest(in RequestSample request) => Assert.True(Requests.TryAdd(request.Id, request), $"request {request.Id} ended twice");

    /// <summary>Recomputes each request's figures from its tokens and compares them with the scheduler's.</summary>
    public void CheckRequests(double itlLimitS)
    {
        foreach (var sample in Requests.Values)
        {
            var tokensS = TokensS.GetValueOrDefault(sample.Id, []);
            var gapsS = GapsOf(tokensS);
            Assert.Equal(tokensS.Count, sample.OutputTokens);
            Assert.Equal(tokensS.Count > 0 ? tokensS[0] : double.NaN, sample.FirstTokenS);
            Assert.Equal(gapsS.Count(g => g > itlLimitS), sample.LateGaps);
            Assert.True(sample.SingleGapMaxS <= gapsS.DefaultIfEmpty(0).Max());
            if (sample.Outcome == Outcome.Finished)
            {
                Assert.Equal(tokensS[^1], sample.FinishS);
                Assert.Equal(AttainedByDefinition(sample, gapsS, itlLimitS), sample.Attained);
                if (gapsS.Length > 0)
                {
                    Assert.Equal(gapsS.Average(), sample.MeanItlS, 1e-9);
                    Assert.True(sample.SingleGapMaxS >= gapsS[0]);
                }
            }
        }

        Assert.Equal(AllGaps(), Gaps.SelectMany(g => Enumerable.Repeat(g.GapS, g.Count)).Order());
        Assert.Equal(
            TokensS.Select(t => (t.Value[0], t.Key, Requests[t.Key].ArrivalS)).Order(),
            FirstTokens.Order());
    }

    /// <summary>Recomputes from starts and ends alone during which share of each step the other phase ran.</summary>
    public void CheckBeside()
    {
        foreach (var step in Steps)
        {
            var besideS = Steps.Where(s => s.Phase != step.Phase).Sum(s => Math.Max(0, Math.Min(s.EndS, step.EndS) - Math.Max(s.StartS, step.StartS)));
            if (step.Phase == Phase.Hybrid)
            {
                Assert.Equal((0, 1), (besideS, step.BesideShare));
                continue;
            }

            Assert.Equal(besideS / (step.EndS - step.StartS), step.BesideShare, 1e-9);
            if (step.Beside.Sequences == 0)
            {
                Assert.Equal(0, besideS);
            }
        }
    }

    // COMPARISON §1: p99 over n gaps is the ⌈0.99 n⌉-th smallest.
    private static bool AttainedByDefinition(RequestSample sample, double[] gapsS, double itlLimitS)
    {
        var sortedS = gapsS.Order().ToArray();
        var rank = (int)Math.Ceiling(Math.Round(0.99 * gapsS.Length, 6));
        return sample.FirstTokenS - sample.ArrivalS <= sample.TtftLimitS && (sortedS.Length == 0 || sortedS[rank - 1] <= itlLimitS);
    }

    private static double[] GapsOf(List<double> tokensS) => [.. tokensS.Zip(tokensS.Skip(1), (a, b) => b - a)];

    private double[] AllGaps() => [.. TokensS.Values.SelectMany(GapsOf).Order()];
}
