using System.Net;
using RapidTuner.Http.Pages;
using RapidTuner.Security;
using RapidTuner.Serving;

namespace RapidTuner.Tests.Http.Pages;

public sealed class FrontPageTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("rapidtuner-front-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public Task StatusPage_ShowsFiguresAndLines_WithoutAScriptOrAnotherHost() => Serve(async client =>
    {
        var page = await client.GetStringAsync("/status");

        Assert.All(["Split", "TTFT", "ITL", "llama-3.1-70b on mi300x", "<polyline", "none so far", "guardrails acted on 0"], part => Assert.Contains(part, page));
        Assert.DoesNotContain("<script", page);
        Assert.DoesNotContain("http://", page);
        Assert.DoesNotContain("style=", page);
        Assert.Equal("text/css", (await client.GetAsync("/status.css")).Content.Headers.ContentType!.MediaType);
    });

    [Fact]
    public async Task StatusPage_KeysOn_ShowsALoginAndNoFigure()
    {
        KeyFile.Write(_data, [new ApiKey("a", "a", KeyScope.Admin, Convert.ToHexStringLower(KeyText.HashOf("k")), 0)]);
        await Serve(async client =>
        {
            var page = await client.GetStringAsync("/status");
            Assert.Contains("API key", page);
            Assert.DoesNotContain("mi300x", page);
        });
    }

    [Fact]
    public async Task DashboardFiles_ServeWhatIsThereAndNothingElse()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_data, "dist", "assets")).Parent!.FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "index.html"), "<!doctype html>");
        await File.WriteAllTextAsync(Path.Combine(folder, "assets", "a.js"), new string('a', 1000));
        await File.WriteAllTextAsync(Path.Combine(folder, "secret.key"), "x");
        var app = Microsoft.AspNetCore.Builder.WebApplication.CreateSlimBuilder().Build();
        app.Urls.Add("http://127.0.0.1:0");
        DashboardFiles.Open(folder)!.Map(app);
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        using var packed = new HttpRequestMessage(HttpMethod.Get, "/assets/a.js") { Headers = { { "Accept-Encoding", "gzip" } } };
        using var reply = await client.SendAsync(packed);

        Assert.Equal("<!doctype html>", await client.GetStringAsync("/"));
        Assert.Equal("gzip", reply.Content.Headers.ContentEncoding.Single());
        Assert.True(reply.Content.Headers.ContentLength < 100);
        Assert.Contains("immutable", reply.Headers.CacheControl!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/secret.key")).StatusCode);
        await app.StopAsync();
    }

    [Fact]
    public void DashboardFiles_NotBuilt_AreNone() => Assert.Null(DashboardFiles.Open(_data));

    private Task Serve(Func<HttpClient, Task> use) => TestService.Run(new ServeOptions { Load = "none", Data = _data, DrainS = 0 }, (client, _) => use(client));
}
