using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using RapidTuner.Http;
using RapidTuner.Http.OpenAi;
using RapidTuner.Http.Pages;
using RapidTuner.Http.Tuner;
using RapidTuner.Jobs;
using RapidTuner.Learning.Registry;
using RapidTuner.Security;
using RapidTuner.Serving.Live;

namespace RapidTuner.Serving;

/// <summary>Builds the web application around the running parts.</summary>
/// <param name="options">Options at start.</param>
/// <param name="settings">Options in force.</param>
/// <param name="access">Addresses.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">Hears of everything.</param>
internal sealed class ServeApp(ServeOptions options, LiveSettings settings, ServeAccess access, TimeProvider clock, TerminalLog log)
{
    public WebApplication Build(ServeSetup setup, LiveEngine live, LiveFigures figures, Recording recording, KeyRing keys, GenerationSlots slots, LiveHistory history, LiveForecast forecast, PlanPage plan, JobService jobs)
    {
        var app = Bare();
        var sessions = new Sessions(keys, clock);
        var guard = new AccessGuard(keys, sessions, access.Loopback, log);
        Pipeline.Use(app, new HostGuard(settings, [.. Bindings.HostsOf(access.Urls)], log), guard, settings, log);
        OpenAiEndpoints.Map(app, live.Engine, new CompletionEndpoint(live.Engine, live.Text, slots, clock, options.Seed), clock.GetUtcNow().ToUnixTimeSeconds());
        SessionEndpoints.Map(app, keys, sessions, guard, access.Loopback, settings, log);
        object State() => StatePage.Of(live.Engine.Description, live.Engine.Snapshot, figures, recording.Figures, setup.Load?.OfferedRps, setup.Trial?.Policy);
        Endpoints.Map(app, live.Engine, figures, () => recording.Figures, State, slots, setup.Trial?.Policy);
        JobEndpoints.Map(app, jobs);
        if (setup.Trial is { } trial)
        {
            TrialEndpoints.Map(app, trial, jobs);
        }

        void Tell(string note) => Events.Telemetry(log, note);
        var registry = new ModelRegistry(options.Data, clock, Tell);
        ModelEndpoints.Map(app, registry, Tell);
        LatencyChampion? Champion() => ChampionOf(setup, registry, Tell);
        TunerEndpoints.Map(app, recording.Store, history, forecast, live.Engine.Description.Palette, Champion);
        app.MapGet("/api/v1/predictions", new PredictionEndpoint(live.Engine, Champion).Predict).WithSummary("What the champion foresees of the next step over the palette, with 90 % intervals.");
        (string, Func<object>)[] events = [("point", () => history.Latest(1) is [var point] ? point : new { }), ("forecast", () => ForecastPage.Of(forecast)), ("plan", plan.Now), ("state", State)];
        app.MapGet("/api/v1/plan", () => Results.Json(plan.Now(), StatePage.Json)).WithSummary("The plan in force, its candidates with what was expected of them, why this one; and which reasons decided over the latest minute.");
        app.MapGet(EventsEndpoint.Path, (Delegate)new EventsEndpoint(events, settings, clock, app.Lifetime.ApplicationStopping).Stream)
            .WithSummary("State, newest point, forecast and plan once a second, as server-sent events.");
        app.MapOpenApi("/openapi/{documentName}.json");
        FrontPage.Map(app, DashboardFiles.Open(Path.Combine(AppContext.BaseDirectory, "dashboard")), new StatusPage(live.Engine, figures, history, plan), guard);
        settings.Changed += changed =>
        {
            slots.Max = changed.GenerationsMax;
            if (setup.Load is { } load && changed.Rate > 0)
            {
                load.OfferedRps = changed.Rate;
            }
        };
        return app;
    }

    private static LatencyChampion? ChampionOf(ServeSetup setup, ModelRegistry registry, Action<string> tell)
    {
        var found = setup.Foreseen is { } scene ? new ChampionStore(registry, ModelFolder.Shipped, tell).Find(scene) : null;
        return setup.Started is { } started && found?.Kind != ChampionKind.Exact ? new LatencyChampion(started, "", ChampionKind.Started, false)
            : found?.Kind == ChampionKind.Prior ? null : found;
    }

    private WebApplication Bare()
    {
        var builder = WebApplication.CreateSlimBuilder();
        // The configuration is ours alone: a stray appsettings.json or ASPNETCORE_… must not open another address.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = StatePage.Json.PropertyNamingPolicy;
            // A number in quotes is a text: whoever sends one is told so instead of being guessed at.
            json.SerializerOptions.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict;
            json.SerializerOptions.MaxDepth = CompletionEndpoint.DepthMax;
        });
        builder.Services.AddProblemDetails();
        builder.Services.AddOpenApi("v1", openApi => openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "RapidTuner";
            document.Info.Version = CommandTree.Version;
            document.Servers?.Clear();
            return Task.CompletedTask;
        }));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(Limit);
        builder.WebHost.UseUrls(access.Urls);
        return builder.Build();
    }

    private void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.BodyBytesMax;
        kestrel.Limits.MaxConcurrentConnections = options.ConnectionsMax;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        if (options.TlsCertificate.Length > 0)
        {
            var certificate = X509Certificate2.CreateFromPemFile(options.TlsCertificate, options.TlsKey);
            kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = certificate);
        }
    }
}
