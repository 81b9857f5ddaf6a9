using RapidTuner.Evaluation.Workloads.Describing;
using RapidTuner.Evaluation.Workloads.Fitting;
using RapidTuner.Evaluation.Workloads.Reading;
using RapidTuner.Evaluation.Workloads.Specs;
using RapidTuner.Tests.Shared;
using Xunit.Abstractions;

namespace RapidTuner.Evaluation.Tests.Workloads.Fitting;

/// <summary>Traces generated from the bundled specs against the traces that the specs were fitted to.</summary>
public sealed class FittedTracesTests(ITestOutputHelper output)
{
    /// <summary>Of 150 tests (5 traces, 5 seeds, 6 figures) about one is this unlikely by chance; a wrong model is off by far more.</summary>
    private const double PMin = 0.01;

    private static readonly string[] Names = ["azure-2023-code", "azure-2023-conv", "mooncake-conversation", "ragpulse-days1-5", "servegen-deepseek-r1"];

    [SharedFact]
    public void Generate_BundledSpec_PassesTwoSampleTestsAgainstItsOriginal()
    {
        foreach (var name in Names)
        {
            var original = TraceReader.Read(SharedData.PathOf($"workloads/{name}.csv"));
            var spec = SpecFile.Read(Path.Combine(SharedData.Root, "workloads", name + ".json"));
            for (ulong seed = 1; seed <= 5; seed++)
            {
                var made = TraceGenerator.Generate(spec, seed);
                var tests = TraceComparison.Of(made, original).All;
                output.WriteLine($"{name} seed {seed}: {made.Requests.Length} of {original.Requests.Length} requests; "
                    + string.Join(", ", tests.Select(test => $"{test.Name} {test.Result.Distance:F4} (p {test.Result.P:F3})")));
                Assert.All(tests, test => Assert.True(test.Result.P >= PMin, $"{name}, seed {seed}: {test.Name} differ by {test.Result.Distance} (p {test.Result.P})"));
                AssertMeans(original, made);
                Assert.Equal(original.TimestampStepS, made.TimestampStepS);
            }
        }
    }

    [SharedFact]
    public void Fit_SameTrace_GivesTheBundledSpec()
    {
        var name = "ragpulse-days1-5";
        var bundled = SpecFile.Read(Path.Combine(SharedData.Root, "workloads", name + ".json"));

        var fitted = SpecFitter.Fit(TraceReader.Read(SharedData.PathOf($"workloads/{name}.csv")));

        var named = fitted with { Description = bundled.Description, Aliases = bundled.Aliases, Source = bundled.Source };
        Assert.Equal(File.ReadAllText(Path.Combine(SharedData.Root, "workloads", name + ".json")), SpecFile.Write(named));
    }

    private static void AssertMeans(Core.Workload.Trace original, Core.Workload.Trace made)
    {
        foreach (var tokens in new Func<Core.Workload.TraceRequest, double>[] { r => r.PromptTokens, r => r.OutputTokens, r => r.CachedTokens })
        {
            var (wants, has) = (original.Requests.Average(tokens), made.Requests.Average(tokens));
            var deviation = Math.Sqrt(original.Requests.Average(r => Math.Pow(tokens(r) - wants, 2)) / original.Requests.Length);
            Assert.InRange(has, wants - (4 * deviation), wants + (4 * deviation));
        }
    }
}
