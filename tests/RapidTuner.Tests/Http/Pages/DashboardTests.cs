using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using RapidTuner.Learning.Registry;
using RapidTuner.Security;
using RapidTuner.Serving;
using static Microsoft.Playwright.Assertions;

namespace RapidTuner.Tests.Http.Pages;

/// <summary>
/// The dashboard in a real browser, in each of its states. With <c>RAPIDTUNER_PICTURES</c> naming a folder every state is kept there as a picture.
/// </summary>
public sealed partial class DashboardTests : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("rapidtuner-dashboard-").FullName;
    private readonly List<string> _foreign = [];
    private readonly List<string> _errors = [];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        if (BrowserFactAttribute.Chromium is { } chromium && new BrowserFactAttribute().Skip is null)
        {
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = ["--no-sandbox", "--disable-dev-shm-usage"] });
        }
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [BrowserFact]
    public Task Live_UnderLoad_ShowsTheVerdictAndEveryPanel() => Serve(Load(), async at =>
    {
        foreach (var (width, dark) in ((int, bool)[])[(1280, false), (390, true)])
        {
            var page = await Open(at, width, dark);
            await Expect(page.Locator("#link")).ToHaveTextAsync("live");
            await Expect(page.Locator("#verdict")).ToContainTextAsync(Share(), new() { Timeout = 20_000 });
            await Expect(page.Locator("#verdict")).ToContainTextAsync("requests/s over the next 10 s", new() { Timeout = 20_000 });
            foreach (var chart in (string[])["#split", "#ttft", "#itl", "#queues", "#decode-curve"])
            {
                await Expect(page.Locator($"{chart} canvas")).ToBeVisibleAsync(new() { Timeout = 30_000 });
            }

            await Expect(page.Locator("#decisions tbody tr").First).ToBeVisibleAsync(new() { Timeout = 20_000 });
            var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.Equal(0, overflow);
            Assert.Equal(dark ? "dark" : "light", await page.EvaluateAsync<string>("document.documentElement.dataset.theme"));
            await Picture(page, $"live-{width}");
            await page.Context.CloseAsync();
        }
    });

    [BrowserFact]
    public Task Plan_UnderALoadThatIsPlannedFor_ShowsCandidatesAndWhy() => Serve(TestService.PlannedLoad(_data), async at =>
    {
        var page = await Open(at);
        await Expect(page.Locator("#plan")).ToContainTextAsync("Why this one:", new() { Timeout = 60_000 });
        await Expect(page.Locator("#plan")).ToContainTextAsync("nothing: the plan in force");
        await Expect(page.Locator("#candidates tbody tr").Nth(1)).ToBeVisibleAsync();
        await Expect(page.Locator("#minute tbody tr").First).ToBeVisibleAsync();
        await Expect(page.Locator("#plan")).ToContainTextAsync("Guardrails acted on");
        await Expect(page.Locator("#planning")).ToContainTextAsync("Planning failed 0 times");
        await page.Locator("#decisions summary").First.ClickAsync();
        await Expect(page.Locator("#decisions details[open]").First).ToContainTextAsync("Seen:");
        await Picture(page, "plan");
    });

    [BrowserFact]
    public Task Empty_WithoutLoad_SaysSo() => Serve(Idle(), async at =>
    {
        var page = await Open(at);
        await Expect(page.Locator("#verdict")).ToContainTextAsync("No requests in 5 minutes");
        await Expect(page.Locator("#registry")).ToContainTextAsync("No job ran here yet.");
        await Expect(page.Locator("#contention")).ToContainTextAsync("Not measured yet");
        await Picture(page, "empty");
    });

    [BrowserFact]
    public Task Loading_WhileTheStateIsAwaited_SaysSo() => Serve(Idle(), async at =>
    {
        var page = await Open(at, before: p => p.RouteAsync("**/api/v1/state", _ => Task.CompletedTask));
        await Expect(page.Locator("main")).ToHaveAttributeAsync("aria-busy", "true");
        await Expect(page.Locator("main")).ToContainTextAsync("Loading");
        await Picture(page, "loading");
    });

    [BrowserFact]
    public Task Error_OfAPanel_IsToldAndTheRestStays() => Serve(Idle(), async at =>
    {
        var page = await Open(at, before: p => p.RouteAsync("**/api/v1/curves", r => r.FulfillAsync(new() { Status = 500, ContentType = "application/problem+json", Body = "{\"detail\":\"The store cannot be read.\"}" })));
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The store cannot be read.");
        await Expect(page.Locator("#link")).ToHaveTextAsync("live");
        await Picture(page, "error");
    });

    [BrowserFact]
    public Task Stale_WhenTheStreamIsSilent_SaysForHowLong() => Serve(Idle(), async at =>
    {
        var page = await Open(at, before: p => p.RouteAsync("**/api/v1/events", _ => Task.CompletedTask));
        await Expect(page.Locator("#link")).ToContainTextAsync("stale: nothing new for", new() { Timeout = 20_000 });
        await Picture(page, "stale");
    });

    [BrowserFact]
    public Task Disconnected_ThenBack_RecoversByItself() => Serve(Idle(), async at =>
    {
        var page = await Open(at);
        await Expect(page.Locator("#link")).ToHaveTextAsync("live");
        await page.RouteAsync("**/api/**", r => r.AbortAsync());
        await page.ReloadAsync();
        await Expect(page.Locator("#link")).ToContainTextAsync("disconnected for");
        await Picture(page, "disconnected");
        _errors.Clear();
        await page.UnrouteAsync("**/api/**");
        await Expect(page.Locator("#link")).ToHaveTextAsync("live", new() { Timeout = 20_000 });
    });

    [BrowserFact]
    public Task Pin_ByKeyboard_HoldsTheNearestSplit_AndUnpins() => Serve(Idle(), async at =>
    {
        var page = await Open(at);
        await page.Locator("#pin-prefill").FocusAsync();
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("150");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("100");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#control")).ToContainTextAsync("Held by an operator: prefill 152, decode 112");
        await Expect(page.Locator("#verdict")).ToContainTextAsync("Prefill 152 · decode 112");
        await Expect(page.Locator("#verdict")).ToContainTextAsync("An operator holds this split");
        await Picture(page, "pin");
        await page.GetByRole(AriaRole.Button, new() { Name = "Give it back to the policy" }).ClickAsync();
        await Expect(page.Locator("#control")).ToContainTextAsync("The policy decides.");
    });

    [BrowserFact]
    public Task Rollback_OneClick_PutsTheFormerChampionBack()
    {
        var registry = new ModelRegistry(_data, TestService.Clock, Assert.Fail);
        var former = registry.Add(Candidate(), promote: true).Entry.Id;
        var present = registry.Add(Candidate(), promote: true).Entry.Id;
        return Serve(Idle(), async at =>
        {
            var page = await Open(at);
            await Expect(page.GetByRole(AriaRole.Row, new() { Name = present })).ToContainTextAsync("champion");
            await page.GetByRole(AriaRole.Button, new() { Name = "Roll back" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Row, new() { Name = former })).ToContainTextAsync("champion");
            Assert.Equal(former, registry.Champion("step_latency", "a+b+tp1")!.Id);
            await Picture(page, "rollback");
        });
    }

    [BrowserFact]
    public Task Trial_OfAChallenger_IsShownAndEndedByAClick() => Serve(Load(), async at =>
    {
        var page = await Open(at);
        await Expect(page.Locator("#trial")).ToContainTextAsync("No challenger is on its way.");
        using var client = new HttpClient { BaseAddress = at };
        using var named = await client.PostAsJsonAsync("/api/v1/trial", new { challenger = "rapid" });
        Assert.Equal(System.Net.HttpStatusCode.Accepted, named.StatusCode);
        await Expect(page.Locator("#trial")).ToContainTextAsync("rapid challenges learned. In shadow", new() { Timeout = 60_000 });
        await Picture(page, "trial");
        await page.GetByRole(AriaRole.Button, new() { Name = "End the trial" }).ClickAsync();
        await Expect(page.Locator("#trial")).ToContainTextAsync("withdrawn", new() { Timeout = 60_000 });
    });

    [BrowserFact]
    public Task Login_WrongThenRightKey_OpensTheDashboard_AndLogsOut()
    {
        var key = KeyText.New();
        KeyFile.Write(_data, [new ApiKey("a", "ops", KeyScope.Read, Convert.ToHexStringLower(KeyText.HashOf(key)), 0)]);
        return Serve(Idle(), async at =>
        {
            var page = await Open(at);
            await page.GetByLabel("API key").FillAsync("rt_wrong");
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("There is no such key.");
            await Picture(page, "login");
            _errors.Clear();
            await page.GetByLabel("API key").FillAsync(key);
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator("#link")).ToHaveTextAsync("live");
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Pin this split" })).ToBeDisabledAsync();
            Assert.DoesNotContain(key, await page.EvaluateAsync<string>("document.cookie + JSON.stringify(localStorage)"));
            await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
            await Expect(page.GetByLabel("API key")).ToBeVisibleAsync();
        });
    }

    [BrowserFact]
    public Task OpenForSeconds_MemoryStaysFlat() => Serve(Load(), async at =>
    {
        // Twenty seconds of live events: enough to see a leak of every event, not a slow one.
        var page = await Open(at);
        await Expect(page.Locator("#split canvas")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        var session = await page.Context.NewCDPSessionAsync(page);
        await page.WaitForTimeoutAsync(5_000);
        await session.SendAsync("HeapProfiler.collectGarbage");
        var before = await page.EvaluateAsync<double>("performance.memory.usedJSHeapSize");
        var nodes = await page.EvaluateAsync<int>("document.querySelectorAll('*').length");
        await page.WaitForTimeoutAsync(20_000);
        await session.SendAsync("HeapProfiler.collectGarbage");
        var after = await page.EvaluateAsync<double>("performance.memory.usedJSHeapSize");
        Assert.True(after < before + (4 << 20), $"the page's heap went from {before / 1e6:0.0} to {after / 1e6:0.0} MB in 20 s");
        Assert.InRange(await page.EvaluateAsync<int>("document.querySelectorAll('*').length"), 0, nodes + 200);
    });

    private async Task<IPage> Open(Uri at, int width = 1280, bool dark = false, Func<IPage, Task>? before = null)
    {
        var context = await _browser!.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light });
        var page = await context.NewPageAsync();
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" } asked && asked.Authority != at.Authority)
            {
                _foreign.Add(request.Url);
            }
        };
        page.PageError += (_, error) => _errors.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
            {
                _errors.Add(message.Text);
            }
        };
        if (before is not null)
        {
            await before(page);
        }

        await page.GotoAsync(at.ToString());
        return page;
    }

    /// <summary>The state in both widths, light and dark.</summary>
    private static async Task Picture(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("RAPIDTUNER_PICTURES") is not { Length: > 0 } folder)
        {
            return;
        }

        foreach (var (width, scheme) in ((int, ColorScheme)[])[(1280, ColorScheme.Light), (1280, ColorScheme.Dark), (390, ColorScheme.Light), (390, ColorScheme.Dark)])
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await page.WaitForTimeoutAsync(300);
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{width}-{scheme.ToString().ToLowerInvariant()}.png"), FullPage = true });
        }
    }

    private static ModelCandidate Candidate() => new() { Target = "step_latency", Scope = "a+b+tp1", Trainer = "histogram", Save = path => File.WriteAllText(path, "model") };

    private ServeOptions Idle() => new() { Load = "none", Data = _data, DrainS = 0 };

    private ServeOptions Load()
    {
        var trace = Path.Combine(_data, "load.csv");
        File.WriteAllLines(trace, ["arrival_s,prompt_tokens,output_tokens", .. Enumerable.Range(0, 40).Select(i => $"{i * 0.25},{200 + (i * 37 % 900)},{20 + (i * 13 % 60)}")]);
        return new ServeOptions { Load = trace, Rate = 2, Data = _data, DrainS = 0 };
    }

    [GeneratedRegex(@"(?:Yes|Mostly|No): [\d.]+ % of \d+ requests")]
    private static partial Regex Share();

    private async Task Serve(ServeOptions options, Func<Uri, Task> use)
    {
        await TestService.Run(options, (_, at) => use(at));
        Assert.Empty(_foreign);
        Assert.Empty(_errors);
    }
}
