using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Serving;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Tests.Http;

/// <summary>The whole service on a loopback port of the system's choice: twin, SQLite, HTTP.</summary>
public sealed class ServeEndToEndTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("rapidtuner-serve-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Serve_SmallLoad_ServesStateAndMetricsAndKeepsSamples()
    {
        var trace = Path.Combine(_data, "load.csv");
        await File.WriteAllTextAsync(trace, "arrival_s,prompt_tokens,output_tokens\n0,64,4\n0.05,128,3\n0.1,32,2\n");
        await Serve(new ServeOptions { Load = trace, Rate = 20, DrainS = 5 }, async client =>
        {
            Assert.Equal("ok\n", await client.GetStringAsync("/healthz"));
            await Until(async () => (await client.GetAsync("/readyz")).IsSuccessStatusCode);
            var state = await Until(async () => await client.GetFromJsonAsync<JsonElement>("/api/v1/state"), s => Count(s, "finished") >= 3 && Acknowledged(s, "requests") >= 3);
            Assert.Equal("mi300x", state.GetProperty("engine").GetProperty("device").GetString());
            Assert.Equal(0.1, state.GetProperty("slo").GetProperty("itl_s").GetDouble());
            Assert.Equal(0, state.GetProperty("telemetry").GetProperty("dropped").GetInt64());
            var metrics = await client.GetAsync("/metrics");
            Assert.StartsWith("text/plain; version=0.0.4", metrics.Content.Headers.ContentType!.ToString());
            Assert.Contains("rapidtuner_requests_total{outcome=\"finished\"}", await metrics.Content.ReadAsStringAsync());
        });

        using var store = SqliteStore.Open(_data, new SqliteStoreOptions { ReadOnly = true }, TestService.Clock);
        var requests = store.Read(TelemetryTables.Requests, ReadRange.Everything).ToArray();
        Assert.True(requests.Length >= 3);
        Assert.NotEmpty(store.Read(TelemetryTables.Steps, ReadRange.Everything).Take(1));
    }

    [Fact]
    public async Task Split_PinAndUnpin_HoldsTheNearestPaletteEntry() => await Serve(new ServeOptions { Load = "none" }, async client =>
    {
        var put = await client.PutAsJsonAsync("/api/v1/split", new { prefill_units = 150, decode_units = 100 });
        var pinned = (await put.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("pinned");
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        Assert.InRange(pinned.GetProperty("prefill_units").GetInt32(), 100, 200);

        await Until(async () => await client.GetFromJsonAsync<JsonElement>("/api/v1/split"), s => s.GetProperty("pinned").ValueKind == JsonValueKind.Object);
        await client.DeleteAsync("/api/v1/split");
        await Until(async () => await client.GetFromJsonAsync<JsonElement>("/api/v1/split"), s => s.GetProperty("pinned").ValueKind == JsonValueKind.Null);
    });

    [Theory]
    [InlineData("{\"prefill_units\":0,\"decode_units\":10}")]
    [InlineData("{\"prefill_units\":10}")]
    [InlineData("{\"prefill_units\":10,\"decode_units\":9999}")]
    public async Task Split_ImpossibleUnits_Is422WithTheReason(string body) => await Serve(new ServeOptions { Load = "none" }, async client =>
    {
        var reply = await client.PutAsync("/api/v1/split", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.StatusCode);
        Assert.Contains("304", await reply.Content.ReadAsStringAsync());
    });

    [Theory]
    [InlineData("PUT", "/api/v1/split", "{bad", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "/api/v1/split", "", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "/api/v1/split", "{\"prefill_units\":\"a\"}", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "/api/v1/split", "{}", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("POST", "/api/v1/state", "{}", "application/json", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/api/v1/nothing", null, null, HttpStatusCode.NotFound)]
    public async Task Request_ThatCannotBeServed_IsAProblemDocument(string method, string path, string? body, string? type, HttpStatusCode status) =>
        await Serve(new ServeOptions { Load = "none" }, async client =>
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, type!);
            var reply = await client.SendAsync(request);
            var problem = await reply.Content.ReadFromJsonAsync<JsonElement>();

            Assert.Equal(status, reply.StatusCode);
            Assert.Equal("application/problem+json", reply.Content.Headers.ContentType!.MediaType);
            Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
            Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        });

    [Fact]
    public async Task AnyRequest_ForeignHostOriginOrProxy_IsRefused() => await Serve(new ServeOptions { Load = "none" }, async client =>
    {
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await Status(client, HttpMethod.Get, "/api/v1/state", ("Host", "evil.example")));
        Assert.Equal(HttpStatusCode.Forbidden, await Status(client, HttpMethod.Get, "/api/v1/state", ("X-Forwarded-For", "10.0.0.1")));
        Assert.Equal(HttpStatusCode.Forbidden, await Status(client, HttpMethod.Delete, "/api/v1/split", ("Origin", "http://evil.example")));
        Assert.Equal(HttpStatusCode.Forbidden, await Status(client, HttpMethod.Delete, "/api/v1/split", ("Sec-Fetch-Site", "cross-site")));
        Assert.Equal(HttpStatusCode.OK, await Status(client, HttpMethod.Get, "/healthz", ("Host", "evil.example")));
    });

    [Fact]
    public void Setup_ManyWrongOptions_TellsAllAtOnce()
    {
        var options = new ServeOptions { Engine = "gpu", Device = "h1000", Model = "llama-9", Slo = "loose", Load = "/no/such/file.csv", Tp = 99, Policy = "hybrid", Data = typeof(ServeSetup).Assembly.Location };
        var bad = Assert.Throws<BadInputException>(() => ServeSetup.Of(options, SpecCatalogue.Open(), new Problems(), TestService.Clock));

        Assert.Equal(8, bad.Problems.Count);
    }

    private static long Count(JsonElement state, string outcome) => state.GetProperty("requests").GetProperty(outcome).GetInt64();

    private static long Acknowledged(JsonElement state, string table) =>
        state.GetProperty("acknowledged").TryGetProperty(table, out var seq) ? seq.GetInt64() : 0;

    private static async Task<HttpStatusCode> Status(HttpClient client, HttpMethod method, string path, (string Name, string Value) header)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        return (await client.SendAsync(request)).StatusCode;
    }

    private static Task<bool> Until(Func<Task<bool>> reached) => Until(reached, r => r);

    // The service runs in real time, so its state is polled; the bound only keeps a broken service from hanging the tests.
    private static async Task<T> Until<T>(Func<Task<T>> read, Func<T, bool> enough)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var value = await read();
            if (enough(value))
            {
                return value;
            }

            await Task.Delay(20, patience.Token);
        }
    }

    private Task Serve(ServeOptions options, Func<HttpClient, Task> use) => TestService.Run(options with { Data = _data }, (client, _) => use(client));
}
