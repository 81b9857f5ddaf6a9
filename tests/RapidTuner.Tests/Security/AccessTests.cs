using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using RapidTuner.Security;
using RapidTuner.Serving;
using RapidTuner.Tests.Http;

namespace RapidTuner.Tests.Security;

/// <summary>Who may do what, asked of the whole service.</summary>
public sealed class AccessTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("rapidtuner-access-").FullName;
    private readonly string _admin = KeyText.New();
    private readonly string _read = KeyText.New();

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Theory]
    [InlineData("GET", "/api/v1/state", 401, 200, 200)]
    [InlineData("GET", "/api/v1/split", 401, 200, 200)]
    [InlineData("DELETE", "/api/v1/split", 401, 403, 200)]
    [InlineData("GET", "/metrics", 401, 200, 200)]
    [InlineData("GET", "/v1/models", 401, 200, 200)]
    [InlineData("GET", "/api/v1/session", 200, 200, 200)]
    [InlineData("GET", "/healthz", 200, 200, 200)]
    [InlineData("GET", "/", 200, 200, 200)]
    public Task KeysOn_EachAddress_AsksForItsScope(string method, string path, int none, int read, int admin) => Serve(async (client, _) =>
    {
        Assert.Equal(none, (int)await Status(client, method, path));
        Assert.Equal(none, (int)await Status(client, method, path, ("Authorization", "Bearer rt_wrong")));
        Assert.Equal(none, (int)await Status(client, method, path, ("Authorization", "Basic " + _admin)));
        Assert.Equal(none, (int)await Status(client, method, path, ("Cookie", "rapidtuner_session=" + _admin)));
        Assert.Equal(read, (int)await Status(client, method, path, ("Authorization", "Bearer " + _read)));
        Assert.Equal(admin, (int)await Status(client, method, path, ("Authorization", "bearer " + _admin)));
    });

    [Fact]
    public Task KeysOn_BehindAProxy_IsServed() => Serve(async (client, _) =>
        Assert.Equal(HttpStatusCode.OK, await Status(client, "GET", "/api/v1/state", ("Authorization", "Bearer " + _read), ("X-Forwarded-For", "10.0.0.1"))));

    [Fact]
    public Task Refusals_SayHowToAsk_InTheShapeOfTheAddress() => Serve(async (client, _) =>
    {
        using var api = await client.GetAsync("/api/v1/state");
        using var openAi = await client.GetAsync("/v1/models");

        Assert.Equal(["Bearer"], api.Headers.WwwAuthenticate.Select(h => h.Scheme));
        Assert.Equal("application/problem+json", api.Content.Headers.ContentType!.MediaType);
        Assert.Equal("key_needed", (await api.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        Assert.Equal("authentication_error", (await openAi.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetProperty("type").GetString());
    });

    [Fact]
    public Task Login_TradesAKeyForAStrictCookie_AndLogsOut() => Serve(async (client, at) =>
    {
        using var wrong = await client.PostAsJsonAsync("/api/v1/session", new { key = "rt_wrong" });
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        using var right = await client.PostAsJsonAsync("/api/v1/session", new { key = _admin });
        var cookie = Assert.Single(right.Headers.GetValues("Set-Cookie"));

        Assert.Contains("httponly", cookie);
        Assert.Contains("samesite=strict", cookie);
        Assert.DoesNotContain(_admin, cookie);
        var session = ("Cookie", cookie.Split(';')[0]);
        using var bare = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = at };
        Assert.Equal(HttpStatusCode.OK, await Status(bare, "GET", "/api/v1/state", session));
        Assert.Equal(HttpStatusCode.Forbidden, await Status(bare, "DELETE", "/api/v1/split", session, ("Origin", "http://evil.example")));
        Assert.Equal(HttpStatusCode.OK, await Status(bare, "DELETE", "/api/v1/split", session, ("Origin", at.GetLeftPart(UriPartial.Authority))));
        Assert.Equal(HttpStatusCode.NoContent, await Status(bare, "DELETE", "/api/v1/session", session));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(bare, "GET", "/api/v1/state", session));
    });

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    public Task CrossSite_Posts_AreRefused_EvenForCompletions(string header, string value) => Serve(async (client, _) =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation(header, value);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + _admin);
        using var reply = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, reply.StatusCode);
        Assert.Contains("permission_error", await reply.Content.ReadAsStringAsync());
    });

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    public Task Forms_AreRefused(string type) => Serve(async (client, _) =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/split") { Content = new StringContent("prefill_units=1&decode_units=1") };
        request.Content.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + _admin);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await client.SendAsync(request)).StatusCode);
    });

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("10.0.0.1")]
    public Task ForeignHost_IsRefused_WithTheRightKeyToo(string host) => Serve(async (client, _) =>
    {
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await Status(client, "GET", "/api/v1/state", ("Host", host), ("Authorization", "Bearer " + _admin)));
        Assert.Equal(HttpStatusCode.OK, await Status(client, "GET", "/readyz", ("Host", host)));
    });

    [Fact]
    public Task AllowedHost_IsAnswered() => Serve(
        async (client, _) => Assert.Equal(HttpStatusCode.OK, await Status(client, "GET", "/api/v1/state", ("Host", "Tuner.Example.org:8080"), ("Authorization", "Bearer " + _read))),
        new ServeOptions { AllowedHosts = ["tuner.example.org"] });

    [Fact]
    public Task EveryReply_CarriesTheHeaders_AndNoCors() => Serve(async (client, _) =>
    {
        foreach (var path in (string[])["/", "/healthz", "/api/v1/state", "/nothing", "/v1/models"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("Origin", "http://evil.example");
            using var reply = await client.SendAsync(request);
            Assert.Contains("default-src 'none'", reply.Headers.GetValues("Content-Security-Policy").Single());
            Assert.Equal("nosniff", reply.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.DoesNotContain(reply.Headers, h => h.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase) || h.Key == "Server");
        }
    });

    [Fact]
    public async Task Bootstrap_FirstKey_OpensTheService()
    {
        var key = new string('k', 40);
        await TestService.Run(
            new ServeOptions { Load = "none", Data = _data, DrainS = 0 },
            async (client, _) =>
            {
                Assert.Equal(HttpStatusCode.Unauthorized, await Status(client, "GET", "/api/v1/state"));
                Assert.Equal(HttpStatusCode.OK, await Status(client, "DELETE", "/api/v1/split", ("Authorization", "Bearer " + key)));
            },
            bootstrap: key);
    }

    [Fact]
    public async Task Log_OfAccess_NamesKeysByIdAndHoldsNoSecretsOrPrompts()
    {
        using var log = new StringWriter();
        await Serve(
            async (client, at) =>
            {
                _ = await client.PostAsJsonAsync("/api/v1/session", new { key = _admin });
                _ = await Status(client, "DELETE", "/api/v1/split", ("Authorization", "Bearer " + _admin));
                using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = JsonContent.Create(new { model = "default", prompt = "the secret prompt", max_tokens = 1 }) };
                request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + _read);
                Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(request)).StatusCode);
            },
            new ServeOptions { LogFormat = "json", LogLevel = "debug" },
            TextWriter.Synchronized(log));

        var lines = log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonElement.Parse(l)).ToArray();
        Assert.Contains(lines, l => l.GetProperty("event_id").GetInt32() == 1203 && l.GetProperty("who").GetString() == "key a");
        Assert.All(["secret", _admin, _read], s => Assert.DoesNotContain(s, log.ToString()));
        Assert.All(Directory.EnumerateFiles(_data), f => Assert.DoesNotContain("secret prompt", Encoding.Latin1.GetString(File.ReadAllBytes(f))));
    }

    private static async Task<HttpStatusCode> Status(HttpClient client, string method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var reply = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return reply.StatusCode;
    }

    private Task Serve(Func<HttpClient, Uri, Task> use, ServeOptions? options = null, TextWriter? log = null)
    {
        KeyFile.Write(_data, [Key("a", _admin, KeyScope.Admin), Key("r", _read, KeyScope.Read)]);
        return TestService.Run((options ?? new ServeOptions()) with { Load = "none", Data = _data, DrainS = 0 }, use, log: log);
    }

    private static ApiKey Key(string id, string text, KeyScope scope) => new(id, id, scope, Convert.ToHexStringLower(KeyText.HashOf(text)), 0);
}
