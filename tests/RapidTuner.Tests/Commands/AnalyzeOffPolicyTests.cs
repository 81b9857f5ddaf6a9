using System.Text.Json.Nodes;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;
using RapidTuner.Core.Samples;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Tests.Commands;

/// <summary>A log whose plans were drawn by chance, and in which one of two policies attains half as much as the other whatever the twin says.</summary>
public sealed class AnalyzeOffPolicyTests : IDisposable
{
    private const int Plans = 600;
    private const double PlanS = 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("analyze-off-policy").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task LogWithChance_EstimatesHoldTheTruth_AndTheTwinsDisagreementIsFlagged()
    {
        Write();
        var run = await ProgramRun.Of("analyze", "--data", _folder, "--format", "json", "--policy", "rapid,static:0.5,nexus", "--what-if", "2");
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        var part = JsonNode.Parse(run.Out)!["off_policy"]!;
        Assert.False(part["deterministic"]!.GetValue<bool>());
        var rows = part["rows"]!.AsArray();

        var good = Row(rows, "rapid", "pdwis");
        Assert.Equal("supported", good["support"]!.GetValue<string>());
        Assert.InRange(1.0, good["low"]!.GetValue<double>() - 1e-9, good["high"]!.GetValue<double>() + 1e-9);

        // In the twin this light load attains all under either.
        var bad = Row(rows, "static:0.5", "pdwis");
        Assert.Equal("supported", bad["support"]!.GetValue<string>());
        Assert.InRange(0.5, bad["low"]!.GetValue<double>(), bad["high"]!.GetValue<double>());
        Assert.True(bad["disagrees"]!.GetValue<bool>());

        Assert.All(rows.Where(r => r!["policy"]!.GetValue<string>() == "nexus"), r => Assert.Equal(("insufficient", null), (r!["support"]!.GetValue<string>(), r["attainment"])));
    }

    private static JsonNode Row(JsonArray rows, string policy, string method) =>
        rows.Single(r => r!["policy"]!.GetValue<string>() == policy && r["method"]!.GetValue<string>() == method)!;

    private void Write()
    {
        using var store = SqliteStore.Open(_folder, new SqliteStoreOptions(), TimeProvider.System);
        var batch = new TelemetryBatch(new RunRecord { Engine = "twin", Device = "l20", Model = "qwen2.5-3b", Policy = "rapid" });
        var rng = new Rng(1, "plans");
        for (var i = 0; i < Plans; i++)
        {
            var chosen = rng.NextInt(2);
            batch.Decisions.Add(PlanDocument.ToRecord(Plan(i * PlanS, chosen), "rapid", 0));
            for (var r = 0; r < 4; r++)
            {
                var late = chosen == 1 && r % 2 == 1;
                var arrivalUs = Micros.FromS((i * PlanS) + 1 + r);
                batch.Requests.Add(new RequestRecord
                {
                    Request = (4 * i) + r,
                    ArrivalUs = arrivalUs,
                    PromptTokens = 300,
                    OutputTokens = 20,
                    TtftLimitUs = Micros.PerS,
                    FirstTokenUs = arrivalUs + (late ? 2 * Micros.PerS : 50_000),
                    FinishUs = arrivalUs + (3 * Micros.PerS),
                });
            }
        }

        store.Append(batch);
    }

    private static PlanSample Plan(double atS, int chosen) => new()
    {
        Seen = new Observation { NowS = atS, DeviceUnits = 92, ItlLimitS = 0.1, KvFreeShare = 1, Split = new Split(46, 46) },
        Chosen = new Decision(new Split(46, 46), Reason.Fixed),
        Candidates = [new PlanCandidate { Name = "rapid", Probability = 0.5 }, new PlanCandidate { Name = "static:0.5", Probability = 0.5 }],
        ChosenIndex = chosen,
        Propensity = 0.5,
    };
}
