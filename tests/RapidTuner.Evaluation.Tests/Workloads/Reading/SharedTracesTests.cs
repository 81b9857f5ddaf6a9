using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Workloads.Reading;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Evaluation.Tests.Workloads.Reading;

/// <summary>The published formats, unchanged, against the canonical files that were made of them elsewhere.</summary>
public sealed class SharedTracesTests
{
    [SharedFact]
    public void Read_AzureCode_IsTheCanonicalTrace() => AssertStartOf("azure-2023-code.csv", Raw("AzureLLMInferenceTrace_code.head200.csv"));

    [SharedFact]
    public void Read_AzureConv_IsTheCanonicalTrace() => AssertStartOf("azure-2023-conv.csv", Raw("AzureLLMInferenceTrace_conv.head200.csv"));

    [SharedFact]
    public void Read_Mooncake_IsTheCanonicalTrace()
    {
        var trace = Raw("mooncake_conversation_trace.head200.jsonl");

        AssertStartOf("mooncake-conversation.csv", trace);
        Assert.Equal(3, trace.TimestampStepS);
    }

    [SharedFact]
    public void Read_RagPulse_ReadsEveryRow()
    {
        var trace = Raw("ragpulse_0_trace.head200.jsonl");

        Assert.Equal(200, trace.Requests.Length);
        Assert.Equal(1, trace.TimestampStepS);
    }

    [SharedFact]
    public void Read_BurstGpt_ReadsEveryRow() =>
        Assert.Equal([new TraceRequest(0, 472, 18), new TraceRequest(40, 1087, 230), new TraceRequest(113, 417, 276)], Raw("burstgpt_1.quoted-3-rows.csv").Requests);

    [SharedFact]
    public void Read_ServeGenClient_SendsWhatItsWindowsSay()
    {
        // The folder holds one client and samples of other formats, which are not its business.
        var trace = Raw("");

        Assert.Equal(6384, trace.Requests.Length);
        Assert.InRange(trace.SpanS, 20_000, 24_000);
    }

    [SharedFact]
    public void Read_SharedTraces_HaveTheirPublishedFigures()
    {
        foreach (var (file, requests, spanS, stepS) in new[]
                 {
                     ("azure-2023-code", 8819, 3435.9, 0.0),
                     ("azure-2023-conv", 15877, 2699.9, 0.0),
                     ("mooncake-conversation", 12031, 3537.0, 3.0),
                     ("ragpulse-days1-5", 5167, 431_998.0, 1.0),
                     ("servegen-deepseek-r1", 36209, 2399.9, 0.001),
                 })
        {
            var trace = TraceReader.Read(SharedData.PathOf($"workloads/{file}.csv"));
            Assert.Equal((file, requests, stepS), (trace.Name, trace.Requests.Length, trace.TimestampStepS));
            Assert.Equal(spanS, trace.SpanS, 0.1);
        }
    }

    private static Trace Raw(string name) => TraceReader.Read(SharedData.PathOf("workloads/raw-samples/" + name));

    private static void AssertStartOf(string canonical, Trace raw)
    {
        var whole = TraceReader.Read(SharedData.PathOf("workloads/" + canonical)).Requests;
        Assert.True(raw.Requests.Length > 190);
        for (var i = 0; i < raw.Requests.Length; i++)
        {
            Assert.Equal(whole[i] with { ArrivalS = 0 }, raw.Requests[i] with { ArrivalS = 0 });
            Assert.Equal(whole[i].ArrivalS, raw.Requests[i].ArrivalS, 1.1e-6);
        }
    }
}
