using FsCheck;
using FsCheck.Fluent;
using RapidTuner.Core.Errors;
using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Workloads.Transforms;

namespace RapidTuner.Evaluation.Tests.Workloads.Transforms;

public sealed class TracePlanTests
{
    [Fact]
    public void Window_Half_KeepsTheLaterPartCountedFromItsStart()
    {
        var later = TraceWindow.Parse("0.5:1").Of(Traces.At(10, 12, 15, 18, 20));

        Assert.Equal([new TraceRequest(0, 3, 10), new TraceRequest(3, 4, 10), new TraceRequest(5, 5, 10)], later.Requests);
    }

    [Fact]
    public void Window_TwoHalves_PartTheTrace()
    {
        var trace = Traces.Every(0.7, 101);

        var parts = TraceWindow.Parse(":0.3").Of(trace).Requests.Concat(TraceWindow.Parse("0.3:").Of(trace).Requests);

        Assert.Equal(trace.Requests.Select(request => request.PromptTokens), parts.Select(request => request.PromptTokens));
    }

    [Theory]
    [InlineData("0.5")]
    [InlineData("0.5:0.5")]
    [InlineData("-0.1:1")]
    [InlineData("0:1.1")]
    [InlineData("a:b")]
    [InlineData("NaN:1")]
    public void Window_NoWindow_IsBadInput(string text) =>
        Assert.Contains("0 ≤ A < B ≤ 1", Assert.Throws<BadInputException>(() => TraceWindow.Parse(text)).Message);

    [Fact]
    public void Window_WithoutRequests_SaysEmpty() =>
        Assert.Contains("empty", Assert.Throws<BadInputException>(() => new TraceWindow(0.2, 0.8).Of(Traces.At(0, 10))).Message);

    [Fact]
    public void Window_OneInstant_StandsAtItsStart()
    {
        Assert.Equal(2, new TraceWindow(0, 0.5).Of(Traces.At(5, 5)).Requests.Length);
        Assert.Throws<BadInputException>(() => new TraceWindow(0.5, 1).Of(Traces.At(5, 5)));
    }

    [Fact]
    public void Limit_KeepsTheFirst() => Assert.Equal([1, 2], RequestLimit.Apply(Traces.Every(1, 5), 2).Requests.Select(request => request.PromptTokens));

    [Fact]
    public void Scale_DividesArrivalsAndTheStep()
    {
        var scaled = RateScale.Apply(Traces.At(0, 3, 6) with { TimestampStepS = 3 }, 2);

        Assert.Equal([0, 1.5, 3], scaled.Requests.Select(request => request.ArrivalS));
        Assert.Equal(1.5, scaled.TimestampStepS);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Scale_NotPositive_IsBadInput(double scale) => Assert.Throws<BadInputException>(() => RateScale.Apply(Traces.Every(1, 2), scale));

    [Fact]
    public void Spread_CoarseStamps_StayWithinTheirStepAndInOrder()
    {
        var coarse = Traces.At([.. Enumerable.Range(0, 300).Select(i => 3.0 * (i / 10))]) with { TimestampStepS = 3 };

        var spread = ArrivalSpread.Apply(coarse, 7);

        Assert.All(spread.Requests, request => Assert.Equal(3.0 * ((request.PromptTokens - 1) / 10), 3 * Math.Floor(request.ArrivalS / 3)));
        Assert.Equal(spread.Requests.Select(request => request.ArrivalS).Order(), spread.Requests.Select(request => request.ArrivalS));
        Assert.True(spread.Requests.Select(request => request.ArrivalS).Distinct().Count() > 290);
        Assert.Equal(spread.Requests, ArrivalSpread.Apply(coarse, 7).Requests);
        Assert.NotEqual(spread.Requests, ArrivalSpread.Apply(coarse, 8).Requests);
    }

    [Fact]
    public void Spread_WholeSeconds_StayAsTheyAre()
    {
        var trace = Traces.Every(1, 10) with { TimestampStepS = 1 };

        Assert.Same(trace, ArrivalSpread.Apply(trace, 7));
    }

    [Fact]
    public void Repeat_ShortTrace_KeepsItThenAppendsWholeBlocks()
    {
        // 150 s: blocks of 60, 60 and 30 s with 60, 60 and 30 requests.
        var trace = Traces.Every(1, 150);

        var repeated = TraceRepetition.Apply(trace, 3);

        Assert.Equal(trace.Requests, repeated.Requests[..150]);
        Assert.InRange(repeated.SpanS, 600, 660);
        Assert.Equal(1.0, (repeated.Requests.Length - 1) / repeated.SpanS, 1e-9);
        var runs = repeated.Requests.Skip(150).Select(request => request.PromptTokens).ToArray();
        for (var at = 0; at < runs.Length;)
        {
            var length = runs[at] == 121 ? 30 : 60;
            Assert.Contains(runs[at], new[] { 1, 61, 121 });
            Assert.Equal(Enumerable.Range(runs[at], length), runs.Skip(at).Take(length));
            at += length;
        }
    }

    [Fact]
    public void Repeat_LongTrace_StaysAsItIs()
    {
        var trace = Traces.Every(1, 601);

        Assert.Same(trace, TraceRepetition.Apply(trace, 3));
    }

    [Theory]
    [InlineData(new[] { 4.0 })]
    [InlineData(new[] { 4.0, 4.0, 4.0 })]
    public void RepeatAndResample_OneInstant_StayAsTheyAre(double[] arrivalsS)
    {
        var trace = Traces.At(arrivalsS);

        Assert.Same(trace, TraceRepetition.Apply(trace, 3));
        Assert.Same(trace, TraceResampling.Apply(trace, 3));
    }

    [Fact]
    public void Repeat_HopelesslyShort_IsBadInput() => Assert.Throws<BadInputException>(() => TraceRepetition.Apply(Traces.At(0, 1e-9), 1));

    [Fact]
    public void Resample_KeepsRateAndDiffersBySeed()
    {
        var trace = Traces.Every(0.5, 2400);

        var (one, two) = (TraceResampling.Apply(trace, 1), TraceResampling.Apply(trace, 2));

        Assert.Equal(one.Requests, TraceResampling.Apply(trace, 1).Requests);
        Assert.NotEqual(one.Requests, two.Requests);
        Assert.Equal(2400, one.Requests.Length, 20.0);
        Assert.InRange(one.SpanS, 1195, 1200);
    }

    [Fact]
    public void Resample_Blocks_AreWholePartsOfTheTrace()
    {
        var resampled = TraceResampling.Apply(Traces.Every(0.5, 2400), 5).Requests;

        for (var i = 1; i < resampled.Length; i++)
        {
            var sameBlock = (int)(resampled[i].ArrivalS / 60) == (int)(resampled[i - 1].ArrivalS / 60);
            Assert.True(!sameBlock || resampled[i].PromptTokens == resampled[i - 1].PromptTokens + 1);
        }
    }

    [Fact]
    public void Apply_AnyTrace_StaysSortedAndLeavesTheOriginal() =>
        Prop.ForAll<PositiveInt[], int>((gaps, seed) =>
        {
            if (gaps.Length == 0)
            {
                return true;
            }

            var at = 0.0;
            var trace = Traces.At([.. gaps.Select(gap => at += gap.Get)]) with { TimestampStepS = 2 };
            var before = trace.Requests.ToArray();
            var plan = new TracePlan { RateScale = 1.5, RepeatToS = 600, Resample = true };
            var after = plan.Apply(trace, (ulong)seed).Requests;
            return trace.Requests.SequenceEqual(before) && after.Length > 0 && after.Zip(after.Skip(1)).All(pair => pair.First.ArrivalS <= pair.Second.ArrivalS);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Apply_Defaults_ChangeNothing()
    {
        var trace = Traces.Every(1, 5);

        Assert.Same(trace, new TracePlan().Apply(trace, 1));
    }
}
