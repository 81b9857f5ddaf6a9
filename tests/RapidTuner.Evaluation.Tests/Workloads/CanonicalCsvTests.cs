using RapidTuner.Evaluation.Workloads;
using RapidTuner.Evaluation.Workloads.Reading;

namespace RapidTuner.Evaluation.Tests.Workloads;

public sealed class CanonicalCsvTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("t.csv")]
    [InlineData("t.csv.gz")]
    public void Write_ThenRead_IsTheSame(string name)
    {
        var trace = Traces.At([.. Enumerable.Range(0, 5000).Select(i => Math.Round(i * 1.2345678, 6))]);
        trace = trace with { Requests = Array.ConvertAll(trace.Requests, request => request with { CachedTokens = request.PromptTokens / 2 }) };

        CanonicalCsv.Write(trace, _folder.PathOf(name));

        Assert.Equal(trace.Requests, TraceReader.Read(_folder.PathOf(name)).Requests);
        Assert.Equal(name.EndsWith("gz", StringComparison.Ordinal), File.ReadAllBytes(_folder.PathOf(name))[0] == 0x1f);
    }

    [Fact]
    public void Write_NothingCached_LeavesTheColumnOut()
    {
        CanonicalCsv.Write(Traces.At(0, 1.5), _folder.PathOf("t"));

        Assert.Equal("arrival_s,prompt_tokens,output_tokens\n0.000000,1,10\n1.500000,2,10\n", File.ReadAllText(_folder.PathOf("t")));
    }
}
