using System.Text.Json;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Tests.Commands;

/// <summary>Exploration from end to end: chance chooses plans, the store keeps with what probability, and <c>evaluate</c> scores from that.</summary>
public sealed class EvaluateExploredTests : IDisposable
{
    private const int Requests = 3000;

    private readonly string _folder = Directory.CreateTempSubdirectory("rapidtuner-explored-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Evaluate_FromAnExploredLog_HoldsTheTruthOrSaysInsufficientSupport()
    {
        var data = await Explored();
        var plans = Plans(data);
        Assert.Contains(plans, p => p.Propensity < 1);
        Assert.Contains(plans, p => p.Plan.Explored);
        Assert.All(plans, p => Assert.InRange(p.Propensity, double.Epsilon, 1));

        var (exit, output, error) = await ProgramRun.Of("evaluate", "--data", data, "--policy", "learned", "--json");
        Assert.True(exit == 0, error);
        using var report = JsonDocument.Parse(output);
        var root = report.RootElement;
        Assert.False(root.GetProperty("deterministic").GetBoolean());

        // Attained requests per second of the very policy without chance, replayed.
        var offeredRps = root.GetProperty("logged_rate_rps").GetDouble() / root.GetProperty("logged_attainment").GetDouble();
        var truthRps = root.GetProperty("what_if")[0].GetProperty("attainment").GetDouble() * offeredRps;
        var rows = root.GetProperty("off_policy").EnumerateArray().ToArray();
        Assert.NotEmpty(rows);
        Assert.All(rows, row =>
        {
            if (row.GetProperty("support").GetString() == "insufficient")
            {
                Assert.Equal(JsonValueKind.Null, row.GetProperty("rate_rps").ValueKind);
            }
            else
            {
                Assert.InRange(truthRps, row.GetProperty("low_rps").GetDouble(), row.GetProperty("high_rps").GetDouble());
            }
        });

        // A candidate that chance hardly ever tried has no number, and says why.
        var rare = plans.SelectMany(p => p.Plan.Candidates.Select(c => c.Name)).Distinct().MinBy(name => plans.Count(p => p.Plan.Chosen.Name == name))!;
        var (_, text, _) = await ProgramRun.Of("evaluate", "--data", data, "--policy", rare);
        Assert.Contains("insufficient support", text, StringComparison.Ordinal);
    }

    private static (double Propensity, PlanDocument Plan)[] Plans(string data)
    {
        using var store = SqliteStore.Open(data, new SqliteStoreOptions { ReadOnly = true }, Http.TestService.Clock);
        return [.. store.Read(TelemetryTables.Decisions, ReadRange.Everything).Where(d => d.Source == DecisionSource.Plan).Select(d => (d.Propensity, PlanDocument.TryRead(d)!))];
    }

    private async Task<string> Explored()
    {
        var data = Path.Combine(_folder, "data");
        var trace = Path.Combine(_folder, "trace.csv");
        var rows = Enumerable.Range(0, Requests).Select(i => FormattableString.Invariant($"{i * 0.25},{200 + (i * 37 % 1500)},{20 + (i * 13 % 60)}"));
        await File.WriteAllLinesAsync(trace, rows.Prepend("arrival_s,prompt_tokens,output_tokens"));
        var (exit, _, error) = await ProgramRun.Of("replay", "--workload", trace, "--device", "l20", "--model", "qwen2.5-3b", "--policy", "learned", "--explore-share", "0.5", "--seed", "2", "--data", data);
        Assert.True(exit == 0, error);
        return data;
    }
}
