using RapidTuner.Core.Numerics;
using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Workloads.Describing;

namespace RapidTuner.Evaluation.Tests.Workloads.Describing;

public sealed class TwoSampleTests
{
    [Fact]
    public void KolmogorovSmirnov_ByHand_IsRight()
    {
        var result = TwoSample.KolmogorovSmirnov([1, 2, 3, 4], [3, 4, 5, 6]);

        Assert.Equal(0.5, result.Distance, 1e-12);
    }

    [Fact]
    public void KolmogorovSmirnov_SameSample_IsCertain() => Assert.Equal(new TestResult(0, 1), TwoSample.KolmogorovSmirnov([1, 1, 2], [1, 1, 2]));

    /// <summary>The 5 % point of the distance of two large samples is 1.358 √(2/n) (Smirnov 1948).</summary>
    [Fact]
    public void KolmogorovSmirnov_CriticalDistance_HasFivePercent()
    {
        const int N = 20_000;
        var distance = 1.358 * Math.Sqrt(2.0 / N);
        var a = Enumerable.Range(0, N).Select(i => (double)i).ToArray();
        var b = a.Select(value => value + (distance * N) + 0.5).ToArray();

        Assert.Equal(0.05, TwoSample.KolmogorovSmirnov(a, b).P, 0.003);
    }

    [Fact]
    public void KolmogorovSmirnov_SameDistribution_RejectsAsOftenAsItSays()
    {
        var rng = new Rng(1, "test");
        double[] Sample() => [.. Enumerable.Range(0, 200).Select(_ => rng.NextExponential())];

        var rejected = Enumerable.Range(0, 1000).Count(_ => TwoSample.KolmogorovSmirnov(Sample(), Sample()).P < 0.05);

        Assert.InRange(rejected, 25, 70);
    }

    [Fact]
    public void Correlations_Difference_IsFishers()
    {
        Assert.Equal(1, TwoSample.Correlations(0.3, 100, 0.3, 100).P, 1e-9);
        Assert.Equal(0.05, TwoSample.Correlations(0, 1063, Math.Tanh(1.96 * Math.Sqrt(2 * 1.06 / 1060)), 1063).P, 1e-3);
    }

    [Fact]
    public void LengthCorrelation_TiesAndConstants_AreHandled()
    {
        Trace Of(params (int Prompt, int Output)[] rows) => new("t", [.. rows.Select((row, i) => new TraceRequest(i, row.Prompt, row.Output))], 0, 0);

        Assert.Equal(1, TraceSeries.LengthCorrelation(Of((1, 2), (5, 9), (7, 30))), 1e-12);
        Assert.Equal(-1, TraceSeries.LengthCorrelation(Of((1, 9), (1, 9), (7, 3))), 1e-12);
        Assert.True(double.IsNaN(TraceSeries.LengthCorrelation(Of((1, 9), (2, 9)))));
    }
}
