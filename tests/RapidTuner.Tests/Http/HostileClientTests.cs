using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using RapidTuner.Serving;

namespace RapidTuner.Tests.Http;

/// <summary>What arrives on an open port: noise, lies and silence. Each is refused or ended, and the service serves on.</summary>
public sealed class HostileClientTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("rapidtuner-hostile-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Theory]
    [InlineData("GET /api/v1/state HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", 400)]
    [InlineData("GET /api/v1/state HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /api/v1/state HTTP/1.1\r\nHost: localhost\r\nX-A: b\u0000c\r\n\r\n", 400)]
    [InlineData("GET /api/v1/state\r\nX: y HTTP/1.1\r\nHost: localhost\r\n\r\n", 400)]
    [InlineData("GET /../../../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404)]
    [InlineData("GET /assets/..%2f..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404)]
    [InlineData("GET /%2e%2e/%2e%2e/keys.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404)]
    [InlineData("GET /v1/models/%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404)]
    [InlineData("POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("OPTIONS /api/v1/split HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nConnection: close\r\n\r\n", 405)]
    [InlineData("TRACE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 405)]
    [InlineData("\u0016\u0003\u0001 not http at all\r\n\r\n", 400)]
    [InlineData("PUT /api/v1/split HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 42\r\nConnection: close\r\n\r\n{\"prefill_units\":\"152\",\"decode_units\":152}", 400)]
    [InlineData("POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", 415)]
    public Task RawRequest_IsAnsweredWithItsStatus(string request, int status) => Serve(async (client, at) =>
    {
        var reply = await Exchange(at, request);

        Assert.StartsWith($"HTTP/1.1 {status} ", reply);
        Assert.DoesNotContain("Set-Cookie", reply.Split("\r\n\r\n")[0]);
        Assert.Equal("ok\n", await client.GetStringAsync("/healthz"));
    });

    [Fact]
    public Task LongHeadersAndPaths_AreRefused() => Serve(async (client, at) =>
    {
        Assert.StartsWith("HTTP/1.1 431 ", await Exchange(at, $"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {new string('a', 100_000)}\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 414 ", await Exchange(at, $"GET /{new string('a', 100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        Assert.Equal("ok\n", await client.GetStringAsync("/healthz"));
    });

    [Fact]
    public Task FuzzedBodies_AreAnsweredBelow500() => Serve((client, _) =>
    {
        var words = Gen.Elements("{", "}", "[", "]", ":", ",", "\"model\"", "\"default\"", "\"prompt\"", "\"prefill_units\"", "1e999", "-", "null", "\\u0000", "\"\\ud800\"", "\u00ff", "tru", "\"max_tokens\":1", " ");
        var paths = Gen.Elements("/v1/completions", "/v1/chat/completions", "/api/v1/split", "/api/v1/session");
        var cases = from p in paths from w in words.ArrayOf() select (p, string.Concat(w));
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            using var request = new HttpRequestMessage(c.p == "/api/v1/split" ? HttpMethod.Put : HttpMethod.Post, c.p) { Content = new StringContent(c.Item2, Encoding.UTF8, "application/json") };
            using var reply = client.Send(request);
            return (int)reply.StatusCode is 200 or >= 400 and < 500;
        }).QuickCheckThrowOnFailure();
        return Task.CompletedTask;
    });

    [Theory]
    [InlineData("/v1/completions", "POST")]
    [InlineData("/api/v1/split", "PUT")]
    public Task InvalidUtf8_Is400(string path, string method) => Serve(async (client, _) =>
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new ByteArrayContent([.. "{\"prefill_units\":"u8, 0xFF, 0xFE, (byte)'}']) };
        request.Content.Headers.ContentType = new("application/json");
        Assert.Equal(HttpStatusCode.BadRequest, (await client.SendAsync(request)).StatusCode);
    });

    [Fact]
    public Task IdleConnections_BeyondTheBound_AreClosedAndTheRestServes() => Serve(
        async (client, at) =>
        {
            Assert.Equal("ok\n", await client.GetStringAsync("/healthz"));
            var idle = new List<TcpClient>();
            try
            {
                for (var i = 0; i < 300; i++)
                {
                    var socket = new TcpClient();
                    await socket.ConnectAsync(IPAddress.Loopback, at.Port);
                    idle.Add(socket);
                }

                // The client's own connection was there first and is kept.
                Assert.Equal("ok\n", await client.GetStringAsync("/healthz"));
                Assert.Equal(0, await idle[^1].GetStream().ReadAsync(new byte[1]));
            }
            finally
            {
                idle.ForEach(s => s.Dispose());
            }

            Assert.Equal("ok\n", await client.GetStringAsync("/healthz"));
        },
        new ServeOptions { ConnectionsMax = 64 });

    [Fact]
    public Task HalfClosedInMidStream_FreesItsPlace() => Serve(async (client, at) =>
    {
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(IPAddress.Loopback, at.Port);
            const string body = """{"model":"default","prompt":"a","max_tokens":20000,"stream":true}""";
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
            _ = await socket.GetStream().ReadAsync(new byte[1]);
            socket.Client.Shutdown(SocketShutdown.Both);
        }

        await Until(client, s => s.GetProperty("in_flight").GetInt32() == 0 && s.GetProperty("requests").GetProperty("cancelled").GetInt64() == 1);
    });

    [Fact]
    public Task ManyClientsLeavingAtAnyPoint_LeakNothing() => Serve(async (client, at) =>
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, at.Port);
            const string body = """{"model":"default","prompt":"a","max_tokens":20000,"stream":true}""";
            var bytes = Encoding.ASCII.GetBytes($"POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
            await socket.GetStream().WriteAsync(bytes.AsMemory(0, bytes.Length - (i % 3)));
            if (i % 3 == 0 && i % 2 == 0)
            {
                _ = await socket.GetStream().ReadAsync(new byte[100]);
            }
        }));

        await Until(client, s => s.GetProperty("in_flight").GetInt32() == 0);
        using var whole = await client.PostAsJsonAsync("/v1/completions", new { model = "default", prompt = "a", max_tokens = 2 });
        Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
    });

    [Fact]
    public Task Events_StreamStates_AndTheBoundHolds() => Serve(
        async (client, _) =>
        {
            using var first = await client.GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead);
            using var reader = new StreamReader(await first.Content.ReadAsStreamAsync());
            var names = new List<string>();
            while (names is not [.., "event: state"])
            {
                names.Add((await reader.ReadLineAsync())!);
            }

            Assert.Equal(["event: point", "event: forecast", "event: plan", "event: state"], names.Where(n => n.StartsWith("event")));
            Assert.Equal("mi300x", JsonElement.Parse((await reader.ReadLineAsync())!["data: ".Length..]).GetProperty("engine").GetProperty("device").GetString());

            using var second = await client.GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), second.Headers.RetryAfter!.Delta);
        },
        new ServeOptions { StreamsMax = 1 });

    private static async Task<string> Exchange(Uri at, string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, at.Port);
        var stream = socket.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        }
        catch (IOException)
        {
            // Refused before all of it was sent: the reply stands.
        }

        using var reader = new StreamReader(stream, Encoding.Latin1);
        var reply = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line)
        {
            reply.Append(line).Append("\r\n");
            if (line.Length == 0)
            {
                break;
            }
        }

        return reply.ToString();
    }

    // The service runs in real time, so its state is polled; the bound only keeps a broken service from hanging the tests.
    private static async Task Until(HttpClient client, Func<JsonElement, bool> reached)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!reached(await client.GetFromJsonAsync<JsonElement>("/api/v1/state")))
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private Task Serve(Func<HttpClient, Uri, Task> use, ServeOptions? options = null) =>
        TestService.Run((options ?? new ServeOptions()) with { Load = "none", Data = _data, DrainS = 0 }, use);
}
