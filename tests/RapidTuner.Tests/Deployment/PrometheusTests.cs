using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using RapidTuner.Serving;
using RapidTuner.Tests.Http;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Tests.Deployment;

/// <summary>Metrics, rules and dashboards fit one another and Prometheus' own checks.</summary>
public sealed partial class PrometheusTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("rapidtuner-prometheus-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [PromtoolFact]
    public Task Metrics_UnderLoad_AreClean() => Serve(async client =>
    {
        var (exitCode, output) = await Promtool(await client.GetStringAsync("/metrics"), "check", "metrics");
        Assert.True(exitCode == 0 && output.Trim().Length == 0, output);
    });

    [PromtoolFact]
    public async Task Rules_PassTheirTests()
    {
        var folder = Path.Combine(SharedData.Root, "deploy", "prometheus");
        foreach (var command in (string[][])[["check", "rules", "rapidtuner.rules.yml"], ["test", "rules", "rapidtuner.rules.test.yml"], ["check", "config", "prometheus.yml"]])
        {
            var (exitCode, output) = await Promtool("", command, folder);
            Assert.True(exitCode == 0, output);
        }
    }

    [Fact]
    public Task RulesAndDashboard_UseMetricsThatAreThere() => Serve(async client =>
    {
        var there = Sample().Matches(await client.GetStringAsync("/metrics")).Select(m => m.Groups["name"].Value).ToHashSet();
        foreach (var file in (string[])["prometheus/rapidtuner.rules.yml", "grafana/rapidtuner.json"])
        {
            var used = Metric().Matches(await File.ReadAllTextAsync(Path.Combine(SharedData.Root, "deploy", file))).Select(m => m.Value).Distinct().ToArray();
            Assert.NotEmpty(used);
            Assert.All(used, name => Assert.True(there.Contains(name), $"deploy/{file} uses {name}, which /metrics does not have"));
        }

        Assert.Equal("RapidTuner", JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(SharedData.Root, "deploy/grafana/rapidtuner.json"))).GetProperty("title").GetString());
    });

    [Fact]
    public Task Histograms_AreThere() => Serve(async client =>
    {
        var text = await client.GetStringAsync("/metrics");
        Assert.All(
            ["rapidtuner_ttft_seconds", "rapidtuner_itl_seconds", "rapidtuner_prefill_step_seconds", "rapidtuner_decode_step_seconds", "rapidtuner_decide_duration_seconds"],
            name => Assert.Matches($"{name}_bucket{{le=\"\\+Inf\"}} [1-9]", text));
    });

    private async Task Serve(Func<HttpClient, Task> use)
    {
        var trace = Path.Combine(_data, "load.csv");
        await File.WriteAllTextAsync(trace, "arrival_s,prompt_tokens,output_tokens\n0,64,4\n0.05,128,3\n0.1,32,2\n");
        await TestService.Run(new ServeOptions { Load = trace, Rate = 20, Data = _data, DrainS = 0 }, async (client, _) =>
        {
            // The service runs in real time; the bound only keeps a broken one from hanging the tests.
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (!(await client.GetStringAsync("/metrics", patience.Token)).Contains("rapidtuner_requests_total{outcome=\"finished\"} 3", StringComparison.Ordinal))
            {
                await Task.Delay(10, patience.Token);
            }

            await use(client);
        });
    }

    private static Task<(int ExitCode, string Output)> Promtool(string input, params string[] command) => Promtool(input, command, SharedData.Root);

    private static async Task<(int ExitCode, string Output)> Promtool(string input, string[] command, string folder)
    {
        using var promtool = Process.Start(new ProcessStartInfo(PromtoolFactAttribute.Promtool!, command) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        await promtool.StandardInput.WriteAsync(input);
        promtool.StandardInput.Close();
        var (output, error) = (promtool.StandardOutput.ReadToEndAsync(), promtool.StandardError.ReadToEndAsync());
        await promtool.WaitForExitAsync();
        return (promtool.ExitCode, await output + await error);
    }

    [GeneratedRegex(@"^(?<name>rapidtuner_\w+)[{ ]", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Sample();

    [GeneratedRegex(@"\brapidtuner_\w+")]
    private static partial Regex Metric();
}
