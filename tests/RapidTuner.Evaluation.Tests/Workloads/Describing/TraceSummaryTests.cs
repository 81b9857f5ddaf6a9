using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Workloads.Describing;
using RapidTuner.Evaluation.Workloads.Reading;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Evaluation.Tests.Workloads.Describing;

public sealed class TraceSummaryTests
{
    [Fact]
    public void Of_SmallTrace_IsRightByHand()
    {
        var trace = new Trace("t", [new(0, 10, 1), new(10, 20, 2, 5), new(70, 30, 3, 10)], 4, 0);

        var summary = TraceSummary.Of(trace);

        Assert.Equal((3, 4, 70.0), (summary.Requests, summary.Skipped, summary.SpanS));
        Assert.Equal(3 / 70.0, summary.OfferedRps);
        Assert.Equal(2 / 60.0, summary.Peak60SRps);
        Assert.Equal(25 / 35.0, summary.GapCv!.Value, 1e-12);
        Assert.Equal(new LengthSummary(20, 20, 30, 30, 30, 30), summary.PromptTokens);
        Assert.Equal(0.25, summary.CachedShare);
        Assert.Equal(1, summary.LengthCorrelation!.Value, 1e-12);
    }

    [Fact]
    public void Of_OneRequest_HasNoRates()
    {
        var summary = TraceSummary.Of(Traces.At(5));

        Assert.Null(summary.OfferedRps);
        Assert.Null(summary.Peak60SRps);
        Assert.Null(summary.GapCv);
        Assert.Null(summary.LengthCorrelation);
    }

    [SharedFact]
    public void Of_SharedTraces_HasTheirPublishedFigures()
    {
        Check("azure-2023-code", 2.567, 10.53, 13.15, 0, (2047.8, 1469, 7315, 7437), (27.9, 13, 90, 1899));
        Check("azure-2023-conv", 5.881, 8.45, 1.07, 0, (1183.5, 1015, 4085, 14_050), (201.0, 116, 447, 1000));
        Check("mooncake-conversation", 3.401, 4.12, 3.03, 0.374, (12_035.1, 6909, 39_552, 126_195), (342.6, 350, 698, 2000));
        Check("ragpulse-days1-5", 0.01196, 0.167, 2.80, 0.315, (2937.0, 3142, 4362, 7712), (277.0, 226, 659, 2183));
        Check("servegen-deepseek-r1", 15.09, 25.22, 1.35, 0, (1255.5, 282, 5801, 43_706), (899.1, 492, 2051, 28_480));
    }

    private static void Check(
        string name, double rate, double peak, double cv, double cached,
        (double Mean, int Median, int P95, int Max) prompt, (double Mean, int Median, int P95, int Max) output)
    {
        var summary = TraceSummary.Of(TraceReader.Read(SharedData.PathOf($"workloads/{name}.csv")));
        Assert.Equal(rate, summary.OfferedRps!.Value, 0.0006 * Math.Max(1, rate));
        Assert.Equal(peak, summary.Peak60SRps!.Value, 0.006);
        Assert.Equal(cv, summary.GapCv!.Value, 0.006);
        Assert.Equal(cached, summary.CachedShare, 0.0006);
        foreach (var (wants, has) in new[] { (prompt, summary.PromptTokens!), (output, summary.OutputTokens!) })
        {
            Assert.Equal(wants.Mean, has.Mean, 0.06);
            Assert.Equal((wants.Median, wants.P95, wants.Max), (has.P50, has.P95, has.Max));
        }
    }
}
