using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace RapidTuner.Bench.Service;

/// <summary>What the service costs as a process: start, memory, pages, an open dashboard.</summary>
/// <param name="program">The program, or its <c>.dll</c>.</param>
/// <param name="clock">Times.</param>
/// <param name="output">Takes the figures.</param>
internal sealed partial class ProcessBench(string program, TimeProvider clock, TextWriter output)
{
    private const int Scrapes = 300;

    /// <summary>Start of the process to the first good answer of <c>/readyz</c>, under the default load.</summary>
    public async Task StartAsync(int rounds)
    {
        var tookS = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            var from = clock.GetTimestamp();
            await using var service = new ServiceProcess(program, "shifting");
            await service.ReadyAsync();
            tookS.Add(clock.GetElapsedTime(from).TotalSeconds);
        }

        var warm = tookS.Skip(1).Order().ToArray();
        output.WriteLine($"start to ready: first {tookS[0]:F2} s, then {warm[0]:F2} to {warm[^1]:F2}, median {warm[warm.Length / 2]:F2} s");
    }

    /// <summary>Memory of a service without load, after a while.</summary>
    public async Task IdleAsync(TimeSpan after)
    {
        await using var service = new ServiceProcess(program, "none");
        await service.ReadyAsync();
        await Task.Delay(after, clock);
        output.WriteLine($"idle memory after {after.TotalSeconds:N0} s: {service.MemoryBytes("VmRSS") / 1e6:F0} MB resident, {service.MemoryBytes("RssAnon") / 1e6:F0} MB of it backed by no file");
    }

    /// <summary>Scrapes of <c>/metrics</c> under the default load, and the bytes that a browser fetches for the dashboard.</summary>
    public async Task PagesAsync()
    {
        await using var service = new ServiceProcess(program, "shifting");
        await service.ReadyAsync();
        var tookS = new double[Scrapes];
        for (var i = 0; i < 2 * Scrapes; i++)
        {
            var from = clock.GetTimestamp();
            _ = await service.Client.GetByteArrayAsync("/metrics");
            tookS[i % Scrapes] = clock.GetElapsedTime(from).TotalSeconds;
        }

        Array.Sort(tookS);
        output.WriteLine($"/metrics: p50 {1e3 * tookS[Scrapes / 2]:F2}, p99 {1e3 * tookS[Scrapes * 99 / 100]:F2} ms over {Scrapes} scrapes, {(await service.Client.GetByteArrayAsync("/metrics")).Length / 1e3:F1} kB");
        using var browser = new HttpClient { BaseAddress = service.At };
        browser.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        var page = await service.Client.GetStringAsync("/");
        string[] paths = ["/", .. Asset().Matches(page).Select(m => m.Groups["path"].Value).Distinct()];
        var bytes = 0L;
        foreach (var path in paths)
        {
            bytes += (await browser.GetByteArrayAsync(path)).Length;
        }

        output.WriteLine($"dashboard: {bytes / 1e3:F1} kB compressed in {paths.Length} files");
    }

    /// <summary>The heap and the nodes of a page that stays open, after a collection, over the minutes.</summary>
    public async Task DashboardAsync(double minutes)
    {
        await using var service = new ServiceProcess(program, "shifting");
        await service.ReadyAsync();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-dev-shm-usage"] });
        var page = await browser.NewPageAsync();
        await page.GotoAsync(service.At.ToString());
        var session = await page.Context.NewCDPSessionAsync(page);
        output.WriteLine("| minute | heap MB | nodes | service resident MB |\n|---:|---:|---:|---:|");
        var from = clock.GetTimestamp();
        for (var minute = 1.0; minute <= minutes; minute = minute < 5 ? minute + 1 : minute + 5)
        {
            await Task.Delay(TimeSpan.FromMinutes(minute) - clock.GetElapsedTime(from), clock);
            await session.SendAsync("HeapProfiler.collectGarbage");
            var heap = await page.EvaluateAsync<double>("performance.memory.usedJSHeapSize");
            var nodes = await page.EvaluateAsync<int>("document.querySelectorAll('*').length");
            output.WriteLine($"| {minute:N0} | {heap / 1e6:F1} | {nodes} | {service.MemoryBytes("VmRSS") / 1e6:F0} |");
            await output.FlushAsync();
        }
    }

    [GeneratedRegex("(?:src|href)=\"(?<path>/[^\"]+)\"")]
    private static partial Regex Asset();
}
