using System.Net.Http.Json;
using System.Text.Json;
using RapidTuner.Learning.Registry;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Tests.Http;

/// <summary>What the tuner rests on is broken or goes away: the service serves on, says what it passed over, and is itself again.</summary>
public sealed class TunerFaultTests : IDisposable
{
    private const string Scope = "mi300x+llama-3.1-70b+tp1";

    private readonly string _data = Directory.CreateTempSubdirectory("rapidtuner-fault-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Serve_StoreDeletedMeanwhile_DecidesOnAndRecordsAgain()
    {
        var path = Path.Combine(_data, SqliteStoreOptions.FileName);
        await TestService.Run(TestService.PlannedLoad(_data), async (client, _) =>
        {
            await Until(client, s => Finished(s) > 0 && Written(s) > 0);
            foreach (var file in Directory.GetFiles(_data, SqliteStoreOptions.FileName + "*"))
            {
                File.Delete(file);
            }

            var gone = await client.GetFromJsonAsync<JsonElement>("/api/v1/state");
            var after = await Until(client, s => Finished(s) > Finished(gone) + 5 && File.Exists(path) && Written(s) > Written(gone) + 5);
            Assert.Equal(JsonValueKind.Null, after.GetProperty("tuner").GetProperty("refused").ValueKind);
        });

        using var store = SqliteStore.Open(_data, new SqliteStoreOptions { ReadOnly = true }, TestService.Clock);
        Assert.NotEmpty(store.Read(TelemetryTables.Requests, ReadRange.Everything).Take(1));
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("missing")]
    [InlineData("another device's")]
    [InlineData("another schema's")]
    public async Task Serve_ChampionIsOfNoUse_ServesByWhatIsShippedAndSaysSo(string fault)
    {
        var registry = new ModelRegistry(_data, TestService.Clock, Assert.Fail);
        var own = registry.Add(new ModelCandidate { Target = "step_latency", Scope = Scope, Trainer = "histogram", Save = path => File.Copy(Shipped(fault == "another device's" ? "l20+qwen2.5-3b+tp1" : Scope), path) }, promote: true).Entry.Id;
        var artefact = registry.Folder.ArtefactPath(own);
        var forecast = registry.Add(new ModelCandidate { Target = "load_forecast", Scope = "serving+requests", Trainer = "histogram", Save = path => File.WriteAllText(path, "no forecast") }, promote: true).Entry.Id;
        switch (fault)
        {
            case "damaged":
                File.WriteAllText(artefact, "x");
                break;
            case "missing":
                File.Delete(artefact);
                break;
            case "another schema's":
                var bytes = File.ReadAllBytes(artefact);
                bytes[8]++;
                File.WriteAllBytes(artefact, bytes);
                break;
        }

        var log = new StringWriter();
        await TestService.Run(TestService.PlannedLoad(_data) with { Policy = "learned:champion" }, async (client, _) =>
        {
            var state = await Until(client, s => Finished(s) > 0);
            Assert.Equal("learned:champion", state.GetProperty("policy").GetString());
            Assert.Equal(JsonValueKind.Null, state.GetProperty("tuner").GetProperty("refused").ValueKind);
            var foreseen = await client.GetFromJsonAsync<JsonElement>("/api/v1/predictions?sequences=8");
            Assert.NotEqual(own, foreseen.GetProperty("model_id").GetString());
            Assert.Equal("exact", foreseen.GetProperty("kind").GetString());
            var requests = (await client.GetFromJsonAsync<JsonElement>("/api/v1/forecasts")).GetProperty("series").GetProperty("requests_per_s");
            Assert.True(requests.ValueKind == JsonValueKind.Null || requests.GetProperty("model").ValueKind == JsonValueKind.Null);
        }, log: TextWriter.Synchronized(log));
        Assert.Contains(forecast, log.ToString(), StringComparison.Ordinal);
        if (fault != "another device's")
        {
            Assert.Contains(own, log.ToString(), StringComparison.Ordinal);
        }
    }

    private static string Shipped(string scope) => ModelFolder.Shipped.ArtefactPath(ModelFolder.Shipped.Entries(Assert.Fail).Single(e => e.Target == "step_latency" && e.Scope == scope).Id);

    private static long Finished(JsonElement state) => state.GetProperty("requests").GetProperty("finished").GetInt64();

    private static long Written(JsonElement state) => state.GetProperty("telemetry").GetProperty("written").GetInt64();

    private static async Task<JsonElement> Until(HttpClient client, Func<JsonElement, bool> reached)
    {
        // The service runs in real time, so it is polled; the bound only keeps a broken service from hanging the tests.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var state = await client.GetFromJsonAsync<JsonElement>("/api/v1/state", patience.Token);
            if (reached(state))
            {
                return state;
            }

            await Task.Delay(50, patience.Token);
        }
    }
}
