using RapidTuner.Core.Samples;
using RapidTuner.Http;
using RapidTuner.Http.OpenAi;

namespace RapidTuner.Serving;

/// <summary>
/// The running service: engine, record keeping, HTTP, panel. Stopping goes the other way round: no new load, requests in
/// flight are finished for a bounded time, then every sample is committed.
/// </summary>
internal sealed class ServeHost(ServeOptions options, ServeSetup setup, string[] urls, Terminal terminal)
{
    /// <summary>Told the addresses that it listens on, once it does.</summary>
    public Action<IReadOnlyCollection<string>>? Listening { get; init; }

    /// <summary>Runs until <paramref name="stop"/> or a signal.</summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var figures = new LiveFigures(setup.Description.Slo.ItlS);
        await using var recording = Recording.Open(options, setup.Description, terminal);
        var live = setup.Open(new ObserverFan(figures, recording.Observer), terminal.Clock);
        await using var engine = live.Engine;
        var slots = new GenerationSlots(options.GenerationsMax);
        await using var app = Build(live, figures, recording, slots);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, app.Lifetime.ApplicationStopping);
        recording.Start();
        engine.Start();
        await app.StartAsync(stop);
        Listening?.Invoke([.. app.Urls]);
        await terminal.Error.WriteLineAsync($"rapidtuner: {setup.Description.Model} on {setup.Description.Device} ({setup.Description.Kind}, {setup.Description.Policy}); {string.Join(", ", urls)}; samples in {Path.GetFullPath(options.Data)}; Ctrl-C drains and stops");
        var correction = setup.RateEstimated ? RateCorrection.RunAsync(setup, terminal, ended.Token) : Task.CompletedTask;
        await PanelLoop.RunAsync(terminal, engine, figures, () => setup.Load?.OfferedRps, ended.Token);
        slots.Close();
        await terminal.Error.WriteLineAsync("rapidtuner: draining");
        await engine.StopAsync(TimeSpan.FromSeconds(options.DrainS));
        await correction;
        await app.StopAsync(CancellationToken.None);
        await recording.StopAsync();
        await terminal.Error.WriteLineAsync($"rapidtuner: stopped; {recording.Figures.Written:N0} samples kept, {recording.Figures.Dropped:N0} dropped");
        return engine.Snapshot.Fault is null ? ExitCode.Done : ExitCode.Failed;
    }

    private WebApplication Build(LiveEngine live, LiveFigures figures, Recording recording, GenerationSlots slots)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.PropertyNamingPolicy = StatePage.Json.PropertyNamingPolicy);
        builder.Services.AddProblemDetails();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 4 << 20;
            kestrel.Limits.MaxConcurrentConnections = 4096;
        });
        builder.WebHost.UseUrls(urls);
        var app = builder.Build();
        app.UseStatusCodePages(BareStatus.ExplainAsync);
        app.Use(HostGuard.Run);
        var completions = new CompletionEndpoint(live.Engine, live.Text, slots, terminal.Clock, options.Seed);
        OpenAiEndpoints.Map(app, live.Engine, completions, terminal.Clock.GetUtcNow().ToUnixTimeSeconds());
        Endpoints.Map(app, live.Engine, figures, () => recording.Figures, () => setup.Load?.OfferedRps);
        return app;
    }
}
