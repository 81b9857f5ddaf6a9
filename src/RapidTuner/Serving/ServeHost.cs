using RapidTuner.Core.Samples;
using RapidTuner.Engine.Twin;
using RapidTuner.Http;

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
        await using var engine = new PacedTwin(
            setup.Build, new ObserverFan(figures, recording.Observer), setup.Description, setup.Load, most => Math.Min(most, 256), terminal.Clock);
        await using var app = Build(engine, figures, recording);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, app.Lifetime.ApplicationStopping);
        recording.Start();
        engine.Start();
        await app.StartAsync(stop);
        Listening?.Invoke([.. app.Urls]);
        await terminal.Error.WriteLineAsync($"rapidtuner: {setup.Description.Model} on {setup.Description.Device} (twin, {setup.Description.Policy}); {string.Join(", ", urls)}; samples in {Path.GetFullPath(options.Data)}; Ctrl-C drains and stops");
        var correction = setup.RateEstimated ? RateCorrection.RunAsync(setup, terminal, ended.Token) : Task.CompletedTask;
        await PanelLoop.RunAsync(terminal, engine, figures, () => setup.Load?.OfferedRps, ended.Token);
        await terminal.Error.WriteLineAsync("rapidtuner: draining");
        await engine.StopAsync(TimeSpan.FromSeconds(options.DrainS));
        await correction;
        await app.StopAsync(CancellationToken.None);
        await recording.StopAsync();
        await terminal.Error.WriteLineAsync($"rapidtuner: stopped; {recording.Figures.Written:N0} samples kept, {recording.Figures.Dropped:N0} dropped");
        return engine.Snapshot.Fault is null ? ExitCode.Done : ExitCode.Failed;
    }

    private WebApplication Build(PacedTwin engine, LiveFigures figures, Recording recording)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.PropertyNamingPolicy = StatePage.Json.PropertyNamingPolicy);
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = BareStatus.Explain);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 4 << 20;
            kestrel.Limits.MaxConcurrentConnections = 4096;
        });
        builder.WebHost.UseUrls(urls);
        var app = builder.Build();
        app.UseStatusCodePages();
        app.Use(HostGuard.Run);
        Endpoints.Map(app, engine, figures, () => recording.Figures, () => setup.Load?.OfferedRps);
        return app;
    }
}
