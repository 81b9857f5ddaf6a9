using RapidTuner.Core.Errors;
using RapidTuner.Evaluation.Workloads;
using RapidTuner.Evaluation.Workloads.Specs;

namespace RapidTuner.Evaluation.Tests.Workloads;

public sealed class WorkloadSourceTests : IDisposable
{
    private const string Minimal = """
        {
          "format": "rapidtuner-workload/1", "name": "tiny", "slo_class": "interactive", "duration_s": 120,
          "components": [{
            "name": "all", "rate": {"at_s": [0], "per_s": [5]},
            "lengths": {"lognormal": {"prompt": {"median": 500, "sigma": 1}, "output": {"median": 100, "sigma": 0.5}, "correlation": 0.5}}
          }]
        }
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_TraceFile_ReadsIt() =>
        Assert.Single(WorkloadSource.Load(_folder.Write("t.csv", "arrival_s,prompt_tokens,output_tokens\n0,1,1\n"), 1).Requests);

    [Fact]
    public void Load_Spec_GeneratesFromTheSeed()
    {
        var path = _folder.Write("any.json", Minimal);

        var trace = WorkloadSource.Load(path, 1);

        Assert.Equal("tiny", trace.Name);
        Assert.InRange(trace.Requests.Length, 500, 700);
        Assert.Equal(trace.Requests, WorkloadSource.Load(path, 1).Requests);
        Assert.NotEqual(trace.Requests, WorkloadSource.Load(path, 2).Requests);
    }

    [Fact]
    public void Load_SpecWithoutAnyRequest_SaysEmpty() =>
        Assert.Contains("empty", Assert.Throws<BadInputException>(() => WorkloadSource.Load(_folder.Write("s.json", Minimal.Replace("[5]", "[0]")), 1)).Message);

    [Fact]
    public void Load_BrokenSpec_NamesEveryFault()
    {
        var broken = Minimal.Replace("/1\"", "/9\"").Replace("\"sigma\": 1}", "\"sigma\": -1}").Replace("[0], ", "[1, 0], ");

        var message = Assert.Throws<BadInputException>(() => WorkloadSource.Load(_folder.Write("s.json", broken), 1)).Message;

        Assert.Contains(": format:", message);
        Assert.Contains(": components[0].rate:", message);
        Assert.Contains(": components[0].rate.at_s:", message);
        Assert.Contains(": components[0].lengths.lognormal.prompt.sigma:", message);
    }

    [Theory]
    [InlineData("\"duration_s\": 120,", "\"duration_s\": \"long\",", "s.json:2:")]
    [InlineData("\"duration_s\": 120,", "\"duration\": 120,", "duration")]
    [InlineData("}]", "}", "s.json:7:")]
    public void Load_NoSpec_SaysWhere(string was, string becomes, string says) =>
        Assert.Contains(says, Assert.Throws<BadInputException>(() => WorkloadSource.Load(_folder.Write("s.json", Minimal.Replace(was, becomes)), 1)).Message);

    [Fact]
    public void Load_LikeAnother_TakesItsLengths()
    {
        _folder.Write("tiny.json", Minimal);
        var path = _folder.Write("other.json", """
            {
              "format": "rapidtuner-workload/1", "name": "other", "slo_class": "batch", "duration_s": 10,
              "components": [{"name": "a", "rate": {"step_s": 10, "requests": [5]}, "gaps": {"cv": 2}, "lengths": {"like": "tiny"}}]
            }
            """);

        Assert.NotNull(SpecFile.Read(path).Components[0].Lengths.Lognormal);
        Assert.Contains("there is no", Assert.Throws<BadInputException>(() => SpecFile.Read(_folder.Write("o.json", File.ReadAllText(path).Replace("tiny", "none")))).Message);
    }

    [Fact]
    public void Load_UnknownName_IsBadInput() =>
        Assert.Contains("neither a file nor a bundled workload", Assert.Throws<BadInputException>(() => WorkloadSource.Load("nothing-like-it", 1)).Message);
}
