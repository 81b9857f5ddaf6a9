using RapidTuner.Core.Numerics;
using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Workloads.Describing;
using RapidTuner.Evaluation.Workloads.Fitting;
using RapidTuner.Evaluation.Workloads.Specs;

namespace RapidTuner.Evaluation.Tests.Workloads.Fitting;

public sealed class SpecFitterTests
{
    [Theory]
    [InlineData(new[] { 7.0 })]
    [InlineData(new[] { 7.0, 7.0, 7.0 })]
    [InlineData(new[] { 0.0, 10.0 })]
    [InlineData(new[] { 0.0, 0.0, 1e-6 })]
    public void Fit_FewRequests_GivesASpecThatGeneratesAsMany(double[] arrivalsS)
    {
        var trace = Traces.At(arrivalsS);

        var spec = Read(SpecFitter.Fit(trace));
        var made = TraceGenerator.Generate(spec, 3);

        Assert.Equal(trace.Requests.Length, made.Requests.Length);
        Assert.InRange(made.SpanS, 0, trace.SpanS + 1e-6);
        Assert.All(made.Requests, request => Assert.InRange(request.PromptTokens, 1, arrivalsS.Length));
        Assert.All(made.Requests, request => Assert.Equal(10, request.OutputTokens));
    }

    [Fact]
    public void Fit_KnownProcess_FindsIt()
    {
        var trace = Known(6000);

        var made = TraceGenerator.Generate(Read(SpecFitter.Fit(trace)), 5);

        Assert.All(TraceComparison.Of(made, trace).All, test => Assert.True(test.Result.P > 0.01, $"{test.Name}: {test.Result}"));
        Assert.Equal(0.8, TraceSeries.LengthCorrelation(trace), 0.05);
        Assert.Equal(0.8, TraceSeries.LengthCorrelation(made), 0.05);
    }

    [Fact]
    public void Fit_AnotherTrace_IsToldApart()
    {
        var trace = Known(6000);
        var faster = trace with { Requests = Array.ConvertAll(trace.Requests, request => request with { ArrivalS = request.ArrivalS * 0.9, OutputTokens = request.OutputTokens + 10 }) };

        var made = TraceGenerator.Generate(SpecFitter.Fit(faster), 5);

        var tests = TraceComparison.Of(made, trace);
        Assert.True(tests.Gaps.P < 0.01, "gaps");
        Assert.True(tests.OutputTokens.P < 0.01, "outputs");
    }

    [Fact]
    public void Fit_CoarseStamps_ComeBackAsCoarse()
    {
        var fine = Known(4000);
        var coarse = fine with { Requests = Array.ConvertAll(fine.Requests, request => request with { ArrivalS = 3 * Math.Floor(request.ArrivalS / 3) }), TimestampStepS = 3 };

        var made = TraceGenerator.Generate(Read(SpecFitter.Fit(coarse)), 2);

        Assert.Equal(3, made.TimestampStepS);
        Assert.All(made.Requests, request => Assert.Equal(0, request.ArrivalS % 3));
    }

    [Fact]
    public void Generate_TwoSeeds_Differ()
    {
        var spec = SpecFitter.Fit(Known(2000));

        Assert.Equal(TraceGenerator.Generate(spec, 1).Requests, TraceGenerator.Generate(spec, 1).Requests);
        Assert.NotEqual(TraceGenerator.Generate(spec, 1).Requests, TraceGenerator.Generate(spec, 2).Requests);
    }

    /// <summary>Poisson arrivals whose rate doubles every other minute; output follows the prompt.</summary>
    private static Trace Known(int requests)
    {
        var rng = new Rng(11, "known");
        var atS = 0.0;
        var rows = new TraceRequest[requests];
        for (var i = 0; i < requests; i++)
        {
            atS += rng.NextExponential() / ((int)(atS / 60) % 2 == 0 ? 5 : 10);
            var (x, y) = (rng.NextGaussian(), rng.NextGaussian());
            rows[i] = new TraceRequest(atS, (int)Math.Exp(7 + x) + 1, (int)Math.Exp(5 + (0.82 * x) + (0.57 * y)) + 1);
        }

        return new Trace("known", rows, 0, 0);
    }

    /// <summary>The spec as it comes back from its file.</summary>
    private static WorkloadSpec Read(WorkloadSpec spec)
    {
        using var folder = new TempFolder();
        return SpecFile.Read(folder.Write("spec.json", SpecFile.Write(spec)));
    }
}
