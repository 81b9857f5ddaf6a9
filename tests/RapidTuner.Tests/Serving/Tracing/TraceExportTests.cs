using System.Net.Http.Json;
using RapidTuner.Serving;
using RapidTuner.Tests.Http;

namespace RapidTuner.Tests.Serving.Tracing;

/// <summary>Traces as a collector gets them over the wire.</summary>
public sealed class TraceExportTests : IDisposable
{
    private const string Secret = "a prompt that nobody may read";

    private readonly string _data = Directory.CreateTempSubdirectory("rapidtuner-traces-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Serve_WithACollector_SendsTheSpansOfARequestAndOfADecision()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await TestService.Run(new ServeOptions { Load = "none", Data = _data, DrainS = 5, OtlpEndpoint = collector.Endpoint }, async (client, _) =>
            (await client.PostAsJsonAsync("/v1/completions", new { model = "default", prompt = Secret, max_tokens = 3 })).EnsureSuccessStatusCode());

        // A stop sends what is left before it ends.
        var request = Assert.Single(collector.Spans, s => s.Name == "generate");
        Assert.Equal(("rapidtuner", "RapidTuner"), (request.Service, request.Scope));
        Assert.Equal("llama-3.1-70b", request.Tags["gen_ai.request.model"]);
        Assert.Equal(("3", "3"), (request.Tags["gen_ai.request.max_tokens"], request.Tags["gen_ai.usage.output_tokens"]));
        Assert.Equal(["first_token"], request.Events);
        Assert.True(request.EndNs > request.StartNs);

        var decision = collector.Spans.First(s => s.Name == "decide");
        Assert.InRange(int.Parse(decision.Tags["rapidtuner.prefill_units"]), 1, 304);
        Assert.InRange(int.Parse(decision.Tags["rapidtuner.decode_units"]), 1, 304);
        Assert.NotEmpty(decision.Tags["rapidtuner.reason"]);
        Assert.InRange(double.Parse(decision.Tags["rapidtuner.kv_free_share"]), 0, 1);
        Assert.DoesNotContain(collector.Spans.SelectMany(s => s.Tags.Values), v => v.Contains(Secret, StringComparison.Ordinal));
    }
}
