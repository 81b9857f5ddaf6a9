using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RapidTuner.Learning.Registry;
using RapidTuner.Serving;

namespace RapidTuner.Tests.Http.Tuner;

/// <summary>The tuner API over a service under a small load.</summary>
public sealed class TunerApiTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("rapidtuner-tuner-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public Task Decisions_ArePagedFilteredAndExplained() => Serve(async client =>
    {
        var first = await Until(client, "/api/v1/decisions?limit=2", d => d.GetProperty("decisions").GetArrayLength() == 2 && d.GetProperty("next_before").ValueKind == JsonValueKind.Number);
        var rows = first.GetProperty("decisions");
        var (newest, second) = (rows[0].GetProperty("seq").GetInt64(), rows[1].GetProperty("seq").GetInt64());
        Assert.True(newest > second);
        Assert.Equal(second, first.GetProperty("next_before").GetInt64());
        Assert.NotEmpty(rows[0].GetProperty("explanation").GetString()!);

        var next = await client.GetFromJsonAsync<JsonElement>($"/api/v1/decisions?limit=2&before={second}");
        Assert.All(next.GetProperty("decisions").EnumerateArray(), d => Assert.True(d.GetProperty("seq").GetInt64() < second));

        var reason = rows[0].GetProperty("reason").GetString()!;
        var filtered = await client.GetFromJsonAsync<JsonElement>($"/api/v1/decisions?reason={reason}&source=engine");
        Assert.NotEqual(0, filtered.GetProperty("decisions").GetArrayLength());
        Assert.All(filtered.GetProperty("decisions").EnumerateArray(), d => Assert.Equal(reason, d.GetProperty("reason").GetString()));
    });

    [Fact]
    public Task Decisions_WrongQuery_TellsAllAtOnce() => Serve(async client =>
    {
        using var reply = await client.GetAsync("/api/v1/decisions?limit=0&reason=whim&source=stars&before=0");
        var detail = (await reply.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()!;

        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        Assert.All(["limit", "reason", "source", "before"], part => Assert.Contains(part, detail));
    });

    [Fact]
    public Task HistoryForecastsAndCurves_FollowTheLoad() => Serve(async client =>
    {
        var history = await Until(client, "/api/v1/history", h => h.GetProperty("at_s").GetArrayLength() >= 2 && h.GetProperty("output_tokens_per_s").EnumerateArray().Sum(v => v.GetDouble()) > 0);
        Assert.All(history.EnumerateObject(), column => Assert.Equal(history.GetProperty("at_s").GetArrayLength(), column.Value.GetArrayLength()));
        Assert.True(history.TryGetProperty("ttft_s_p50", out _) && history.TryGetProperty("itl_s_p99", out _));
        Assert.Equal(1, (await client.GetFromJsonAsync<JsonElement>("/api/v1/history?seconds=1")).GetProperty("at_s").GetArrayLength());

        var forecasts = await client.GetFromJsonAsync<JsonElement>("/api/v1/forecasts");
        var requests = forecasts.GetProperty("series").GetProperty("requests_per_s");
        for (var h = 0; h < forecasts.GetProperty("horizons_s").GetArrayLength(); h++)
        {
            Assert.InRange(requests.GetProperty("mean")[h].GetDouble(), requests.GetProperty("low")[h].GetDouble(), requests.GetProperty("high")[h].GetDouble());
            Assert.NotEmpty(requests.GetProperty("methods")[h].GetString()!);
        }

        Assert.Equal(JsonValueKind.Null, requests.GetProperty("model").ValueKind);

        var curves = await Until(client, "/api/v1/curves", c => c.GetProperty("decode").GetProperty("alone").GetArrayLength() > 0);
        var point = curves.GetProperty("decode").GetProperty("alone")[0];
        Assert.InRange(point.GetProperty("units").GetInt32(), 1, 304);
        Assert.InRange(point.GetProperty("p50_s").GetDouble(), point.GetProperty("p10_s").GetDouble(), point.GetProperty("p90_s").GetDouble());

        // A model for this pair travels with the program.
        var champion = curves.GetProperty("champion");
        foreach (var phase in (string[])["prefill", "decode"])
        {
            var curve = champion.GetProperty(phase).GetProperty("curve");
            Assert.InRange(curve.GetProperty("saturation_units").GetProperty("at").GetInt32(), curve.GetProperty("saturation_units").GetProperty("low").GetInt32(), curve.GetProperty("saturation_units").GetProperty("high").GetInt32());
            var points = curve.GetProperty("points").EnumerateArray().ToArray();
            Assert.Equal(304, points[^1].GetProperty("units").GetInt32());
            Assert.True(points[0].GetProperty("p50_s").GetDouble() > points[^1].GetProperty("p50_s").GetDouble());
            Assert.All(points, p => Assert.InRange(p.GetProperty("p50_s").GetDouble(), p.GetProperty("low_s").GetDouble(), p.GetProperty("high_s").GetDouble()));
        }

        Assert.NotEmpty(champion.GetProperty("contention").EnumerateArray());
        Assert.All(champion.GetProperty("contention").EnumerateArray(), c => Assert.True(c.GetProperty("decode").GetProperty("factor").GetDouble() > 0.5));
    });

    [Fact]
    public Task Plan_UnderLoad_NamesTheChosenCandidateWhyAndWhatDecided() => TestService.Run(TestService.PlannedLoad(_data), async (client, _) =>
    {
        var page = await Until(client, "/api/v1/plan", p => p.GetProperty("plan").ValueKind == JsonValueKind.Object);
        var plan = page.GetProperty("plan");
        var candidates = plan.GetProperty("candidates").EnumerateArray().ToArray();
        var chosen = Assert.Single(candidates, c => c.GetProperty("chosen").GetBoolean());

        Assert.Equal("learned", page.GetProperty("policy").GetString());
        Assert.Equal(plan.GetProperty("name").GetString(), chosen.GetProperty("name").GetString());
        Assert.True(candidates.Length > 1 && candidates.Length <= plan.GetProperty("candidates_in_all").GetInt32());
        Assert.InRange(chosen.GetProperty("parameters").GetProperty("decode_floor_share").GetDouble(), 0, 1);
        Assert.NotEmpty(plan.GetProperty("why").GetString()!);
        Assert.NotEmpty(plan.GetProperty("otherwise").GetString()!);
        Assert.Contains(page.GetProperty("decisions").GetProperty("by_reason").EnumerateArray(), r => r.GetProperty("in_all").GetInt64() > 0 && !r.GetProperty("guard").GetBoolean());
    });

    [Fact]
    public Task Plan_OfAPolicyThatMakesNone_IsNull() => TestService.Run(new ServeOptions { Load = "none", Policy = "static:0.5", Data = _data, DrainS = 0 }, async (client, _) =>
        Assert.Equal(JsonValueKind.Null, (await client.GetFromJsonAsync<JsonElement>("/api/v1/plan")).GetProperty("plan").ValueKind));

    [Fact]
    public Task Export_GivesRowsAsJsonLines_AndNamesUnknownTables() => Serve(async client =>
    {
        await Until(client, "/api/v1/state", s => s.GetProperty("acknowledged").TryGetProperty("requests", out var seq) && seq.GetInt64() >= 3);
        var lines = (await client.GetStringAsync("/api/v1/export/requests?after_seq=1&limit=2")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([2, 3], lines.Select(l => JsonElement.Parse(l).GetProperty("seq").GetInt64()));

        using var unknown = await client.GetAsync("/api/v1/export/secrets");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains("requests", await unknown.Content.ReadAsStringAsync());
    });

    [Fact]
    public Task Models_ShowTheRegistryAndWhatIsShipped_AndChange()
    {
        ModelCandidate Candidate() => new() { Target = "step_latency", Scope = "a+b+tp1", Trainer = "histogram", Save = path => File.WriteAllText(path, "model") };
        var registry = new ModelRegistry(_data, TestService.Clock, Assert.Fail);
        var former = registry.Add(Candidate(), promote: true).Entry.Id;
        var present = registry.Add(Candidate(), promote: true).Entry.Id;
        return Serve(async client =>
        {
            var statuses = (await client.GetFromJsonAsync<JsonElement>("/api/v1/models")).GetProperty("models").EnumerateArray().Select(m => (m.GetProperty("id").GetString(), m.GetProperty("status").GetString())).ToArray();
            Assert.Contains((present, "champion"), statuses);
            Assert.Contains(statuses, s => s.Item2 == "shipped");

            using var pinned = await client.PostAsJsonAsync($"/api/v1/models/{present}/pin", new { });
            using var refused = await client.PostAsJsonAsync($"/api/v1/models/{present}/rollback", new { });
            using var freed = await client.DeleteAsync($"/api/v1/models/{present}/pin");
            using var back = await client.PostAsJsonAsync($"/api/v1/models/{present}/rollback", new { });
            using var unknown = await client.PostAsJsonAsync("/api/v1/models/none/promote", new { });
            Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.NotFound], new[] { pinned, refused, freed, back, unknown }.Select(r => r.StatusCode));
            Assert.Equal(former, (await back.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("champion").GetString());
        });
    }

    [Fact]
    public Task Predictions_OfTheShippedChampion_FallWithUnitsAndLieInTheirInterval() => Serve(async client =>
    {
        var page = await client.GetFromJsonAsync<JsonElement>("/api/v1/predictions?sequences=32&context=1000&tokens=2048");
        foreach (var phase in (string[])["decode", "prefill"])
        {
            var points = page.GetProperty(phase).GetProperty("points").EnumerateArray().ToArray();
            Assert.True(points.Length > 1);
            Assert.True(points[^1].GetProperty("p50_s").GetDouble() <= points[0].GetProperty("p50_s").GetDouble());
            Assert.All(points, p => Assert.InRange(p.GetProperty("p50_s").GetDouble(), p.GetProperty("low_s").GetDouble(), p.GetProperty("high_s").GetDouble()));
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/api/v1/predictions?sequences=0")).StatusCode);
    });

    [Fact]
    public Task Jobs_RunNow_BacksUp_AndUnknownOnesAreNamed() => Serve(async client =>
    {
        using var unknown = await client.PostAsJsonAsync("/api/v1/jobs", new { job = "dance" });
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains("backup", await unknown.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await client.DeleteAsync("/api/v1/jobs/none")).StatusCode);

        using var run = await client.PostAsJsonAsync("/api/v1/jobs", new { job = "backup" });
        Assert.Equal(HttpStatusCode.Accepted, run.StatusCode);
        var id = (await run.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        var jobs = await Until(client, "/api/v1/jobs", j => j.GetProperty("jobs").EnumerateArray().Any(r => r.GetProperty("id").GetString() == id && r.GetProperty("state").GetString() == "done"));
        Assert.Equal(["train", "promote", "drift", "retain", "backup", "evaluate"], jobs.GetProperty("scheduled").EnumerateArray().Select(j => j.GetProperty("name").GetString()));
        Assert.Single(Directory.GetFiles(Path.Combine(_data, "backups")));
    });

    [Fact]
    public Task OpenApi_DescribesEveryAddress() => Serve(async client =>
    {
        var document = await client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        var paths = document.GetProperty("paths").EnumerateObject().Select(p => p.Name).ToArray();

        Assert.StartsWith("3.", document.GetProperty("openapi").GetString());
        Assert.All(
            ["/v1/completions", "/v1/chat/completions", "/v1/models", "/api/v1/state", "/api/v1/split", "/api/v1/decisions", "/api/v1/forecasts", "/api/v1/curves", "/api/v1/predictions", "/api/v1/models", "/api/v1/jobs", "/api/v1/export/{table}", "/api/v1/events", "/metrics", "/healthz"],
            path => Assert.Contains(path, paths));
        Assert.DoesNotContain("/", paths);
    });

    private static async Task<JsonElement> Until(HttpClient client, string path, Func<JsonElement, bool> reached)
    {
        // The service runs in real time, so it is polled; the bound only keeps a broken service from hanging the tests.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var read = await client.GetFromJsonAsync<JsonElement>(path, patience.Token);
            if (reached(read))
            {
                return read;
            }

            await Task.Delay(50, patience.Token);
        }
    }

    private Task Serve(Func<HttpClient, Task> use)
    {
        var trace = Path.Combine(_data, "load.csv");
        File.WriteAllText(trace, "arrival_s,prompt_tokens,output_tokens\n0,64,4\n0.05,128,3\n0.1,32,2\n");
        return TestService.Run(new ServeOptions { Load = trace, Rate = 20, Data = _data, DrainS = 2 }, (client, _) => use(client));
    }
}
