using System.Text.Json.Nodes;

namespace RapidTuner.Tests.Commands;

public class PolicyCommandTests
{
    private static readonly string[] Small = ["--device", "l20", "--model", "qwen2.5-3b", "--workload", "azure-2023-conv", "--limit", "1500", "--rate-scale", "4", "--json"];

    [Fact]
    public async Task Show_Static_IsOneRule()
    {
        var rules = await Json(["policy", "show", "static:0.5", .. Small]);
        var rule = Assert.Single(rules["decode_rules"]!.AsArray())!;
        Assert.Empty(rule["conditions"]!.AsArray());
        Assert.Equal(0.5, rule["share"]!.GetValue<double>(), 0.05);
        Assert.Equal(1, rules["decode_fidelity"]!.GetValue<double>(), 9);
    }

    [Fact]
    public async Task Show_Rapid_HasRulesWithTheirFidelity()
    {
        var rules = await Json(["policy", "show", "rapid", .. Small]);
        Assert.True(rules["decode_rules"]!.AsArray().Count > 1);
        Assert.InRange(rules["decode_fidelity"]!.GetValue<double>(), 0.3, 1);
        Assert.Equal(1, rules["decode_rules"]!.AsArray().Sum(r => r!["weight"]!.GetValue<double>()), 1e-9);
    }

    [Fact]
    public async Task Diff_WithItself_IsNothing()
    {
        var difference = await Json(["policy", "diff", "rapid", "rapid", .. Small]);
        Assert.Equal(1, difference["same"]!.GetValue<double>());
        Assert.Equal(0, difference["decode_share_difference"]!.GetValue<double>());
        Assert.Equal(difference["attainment_a"]!.GetValue<double>(), difference["attainment_b"]!.GetValue<double>());
    }

    [Fact]
    public async Task Diff_TwoStatics_SaysByHowMuch()
    {
        var difference = await Json(["policy", "diff", "static:0.7", "static:0.3", .. Small]);
        Assert.Equal(0, difference["same"]!.GetValue<double>());
        Assert.Equal(0.4, difference["decode_share_difference"]!.GetValue<double>(), 0.06);
    }

    [Fact]
    public async Task BadNames_AreToldTogether()
    {
        var run = await ProgramRun.Of("policy", "diff", "hybrid", "foo", "--device", "h10");
        Assert.Equal((ExitCode.BadInput, ""), (run.ExitCode, run.Out));
        foreach (var problem in new[] { "`hybrid`", "`foo`", "\"h10\" is unknown" })
        {
            Assert.Contains(problem.Replace("`", "'", StringComparison.Ordinal), run.Error.Replace("`", "'", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    private static async Task<JsonNode> Json(string[] arguments)
    {
        var run = await ProgramRun.Of(arguments);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return JsonNode.Parse(run.Out)!;
    }
}
