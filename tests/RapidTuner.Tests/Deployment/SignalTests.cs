using System.Net.Http.Json;
using System.Text.Json;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;
using RapidTuner.Tests.Http;

namespace RapidTuner.Tests.Deployment;

/// <summary>How the service ends: asked to, it drains; killed, it has lost nothing that it acknowledged.</summary>
public sealed class SignalTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("rapidtuner-signal-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Term_ReplyUnderWay_IsFinishedFirst()
    {
        using var service = new ServeProcess(_data, "--load", "none");
        await service.ReadyAsync();
        using var reply = await AskAsync(service, tokens: 300);
        using var lines = new StreamReader(await reply.Content.ReadAsStreamAsync());
        Assert.StartsWith("data: {", await lines.ReadLineAsync(), StringComparison.Ordinal);
        service.Signal("TERM");
        var rest = (await lines.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        // 299 further tokens and the end, some seconds after the signal.
        Assert.Equal(300, rest.Length);
        Assert.Equal("data: [DONE]", rest[^1]);
        Assert.Equal(ExitCode.Done, await service.EndAsync());
    }

    [Fact]
    public async Task Term_ReplyLongerThanTheDeadline_EndsAllTheSame()
    {
        var config = Path.Combine(_data, "config.json");
        await File.WriteAllTextAsync(config, "{\"drain_s\": 0.2}");
        using var service = new ServeProcess(_data, "--load", "none", "--config", config);
        await service.ReadyAsync();

        // Its reply would take the better part of an hour.
        using var reply = await AskAsync(service, tokens: 100_000);
        using var lines = new StreamReader(await reply.Content.ReadAsStreamAsync());
        Assert.NotNull(await lines.ReadLineAsync());
        service.Signal("TERM");

        Assert.Equal(ExitCode.Done, await service.EndAsync());
        Assert.DoesNotContain("[DONE]", await lines.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kill_UnderLoad_LosesNothingAcknowledged()
    {
        var acknowledged = new Dictionary<string, long>();
        var load = Path.Combine(_data, "load.csv");
        await File.WriteAllTextAsync(load, "arrival_s,prompt_tokens,output_tokens\n0,64,4\n0.05,128,3\n0.1,32,2\n");
        using (var service = new ServeProcess(_data, "--store", "sqlite", "--load", load, "--rate", "20"))
        {
            await service.ReadyAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60), TestService.Clock);
            while (acknowledged.GetValueOrDefault("requests") < 5 || acknowledged.GetValueOrDefault("steps") < 100)
            {
                var state = await service.Client.GetFromJsonAsync<JsonElement>("/api/v1/state", patience.Token);
                acknowledged = state.GetProperty("acknowledged").EnumerateObject().ToDictionary(t => t.Name, t => t.Value.GetInt64());
                await Task.Delay(20, patience.Token);
            }

            service.Signal("KILL");
            await service.EndAsync();
        }

        using var store = SqliteStore.Open(_data, new SqliteStoreOptions { ReadOnly = true }, TestService.Clock);
        var steps = store.Read(TelemetryTables.Steps, ReadRange.Everything).Select(s => s.Seq).ToArray();
        var requests = store.Read(TelemetryTables.Requests, ReadRange.Everything).Select(r => r.Seq).ToArray();
        Assert.Equal(Enumerable.Range(1, (int)acknowledged["steps"]).Select(i => (long)i), steps.Take((int)acknowledged["steps"]));
        Assert.Equal(Enumerable.Range(1, (int)acknowledged["requests"]).Select(i => (long)i), requests.Take((int)acknowledged["requests"]));
    }

    private static async Task<HttpResponseMessage> AskAsync(ServeProcess service, int tokens)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions")
        {
            Content = JsonContent.Create(new { model = "default", prompt = "hello", max_tokens = tokens, stream = true }),
        };
        var reply = await service.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        reply.EnsureSuccessStatusCode();
        return reply;
    }
}
