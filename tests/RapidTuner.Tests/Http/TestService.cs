using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Serving;

namespace RapidTuner.Tests.Http;

/// <summary>The whole service on a loopback port of the system's choice, for as long as a test uses it.</summary>
internal static class TestService
{
#pragma warning disable RS0030 // The service runs in real time here, as a user's does.
    public static TimeProvider Clock => TimeProvider.System;
#pragma warning restore RS0030

    /// <summary>Short requests, twenty a second: within seconds there are enough of them to plan for.</summary>
    public static ServeOptions PlannedLoad(string data)
    {
        var trace = Path.Combine(data, "short.csv");
        File.WriteAllLines(trace, ["arrival_s,prompt_tokens,output_tokens", .. Enumerable.Range(0, 200).Select(i => FormattableString.Invariant($"{i * 0.05},{100 + (i * 37 % 300)},{2 + (i * 13 % 4)}"))]);
        return new ServeOptions { Load = trace, Rate = 20, Data = data, DrainS = 0 };
    }

    /// <summary>Runs the service while <paramref name="use"/> does, then stops it and demands that it ended well.</summary>
    public static async Task Run(ServeOptions options, Func<HttpClient, Uri, Task> use, string? bootstrap = null, TextWriter? log = null)
    {
        options = options with { Urls = options.TlsCertificate.Length > 0 ? "https://127.0.0.1:0" : "http://127.0.0.1:0" };
        var setup = ServeSetup.Of(options, SpecCatalogue.Open(), new Problems(), Clock);
        var access = new ServeAccess([options.Urls], bootstrap);
        var address = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var host = new ServeHost(options, setup, access, new Terminal(TextWriter.Null, log ?? TextWriter.Null, Clock)) { Listening = all => address.SetResult(all.First()) };
        using var stop = new CancellationTokenSource();
        var running = host.RunAsync(stop.Token);
        if (await Task.WhenAny(running, address.Task) == running)
        {
            await running;
        }

        var at = new Uri(await address.Task);
        using (var client = new HttpClient { BaseAddress = at })
        {
            await use(client, at);
        }

        await stop.CancelAsync();
        Assert.Equal(ExitCode.Done, await running);
    }
}
