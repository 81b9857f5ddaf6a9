using Microsoft.AspNetCore.Hosting.Server.Features;
using RapidTuner.Configuration;
using RapidTuner.Core.Errors;
using RapidTuner.Core.Samples;
using RapidTuner.Http.OpenAi;
using RapidTuner.Http.Tuner;
using RapidTuner.Learning.Registry;
using RapidTuner.Recording;
using RapidTuner.Security;
using RapidTuner.Serving.Live;
using RapidTuner.Serving.Tracing;

namespace RapidTuner.Serving;

/// <summary>
/// The running service: engine, record keeping, HTTP, panel. Stopping goes the other way round: no new load, requests in
/// flight are finished for a bounded time, then every sample is committed.
/// </summary>
internal sealed class ServeHost(ServeOptions options, ServeSetup setup, ServeAccess access, Terminal terminal)
{
    private readonly LiveSettings _settings = new(options);
    private readonly GenerationSlots _slots = new(options.GenerationsMax);

    /// <summary>Told the addresses that it listens on, once it does.</summary>
    public Action<IReadOnlyCollection<string>>? Listening { get; init; }

    /// <summary>Reads the configuration anew; null when it cannot change.</summary>
    public Func<Problems, ServeConfig>? Reread { get; init; }

    /// <summary>The configuration's file, to be watched; null for none.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Runs until <paramref name="stop"/> or a signal.</summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var log = new TerminalLog(terminal, _settings);
        DataFolder.Secure(options.Data);
        var keys = new KeyRing(options.Data, access.Bootstrap, terminal.Clock, log);
        var figures = new LiveFigures(setup.Description.Slo.ItlS, setup.DecideS);
        await using var recording = Recording.Open(options, setup.Description, terminal.Clock, log);
        var (plans, reasons) = (new LivePlan(), new ReasonCounts());
        var live = setup.Open(new ObserverFan(figures, recording.Observer, new DecisionSpans(), plans, reasons), terminal.Clock);
        await using var engine = live.Engine;
        if (setup.Trial is { } trial)
        {
            trial.Actions.Tell = done => Events.Trial(log, done);
        }

        await using var jobs = await ServeJobs.OpenAsync(options, recording.Store, setup.Trial, terminal.Clock, note => Events.Telemetry(log, note));
        using var traces = TraceExport.Start(options.OtlpEndpoint);
        var (history, forecast) = (new LiveHistory(), new LiveForecast());
        await using var app = new ServeApp(options, _settings, access, terminal.Clock, log).Build(setup, live, figures, recording, keys, _slots, history, forecast, new PlanPage(live.Engine, plans, reasons), jobs);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, app.Lifetime.ApplicationStopping);
        recording.Start();
        engine.Start();
        await jobs.StartAsync(stop);
        await app.StartAsync(stop);
        CheckBound(app, keys);
        Listening?.Invoke([.. app.Urls]);
        Events.Started(log, setup.Description.Model, setup.Description.Device, setup.Description.Kind, setup.Description.Policy, string.Join(", ", app.Urls), Path.GetFullPath(options.Data));
        if (setup.Latencies is { } latencies)
        {
            Events.Latencies(log, latencies);
        }

        var reload = Reread is null ? Task.CompletedTask : new ConfigReload(Reread, ConfigFile, _settings, log).RunAsync(terminal.Clock, ended.Token);
        var sampling = new LiveSampler(engine, figures, history, forecast).RunAsync(terminal.Clock, ended.Token);
        var registry = new ModelRegistry(options.Data, terminal.Clock, note => Events.Telemetry(log, note));
        var watching = new ForecastWatch(registry, forecast, note => Events.Telemetry(log, note)).RunAsync(terminal.Clock, ended.Token);
        var correction = setup.RateEstimated ? RateCorrection.RunAsync(setup, terminal.Clock, log, ended.Token) : Task.CompletedTask;
        var care = StoreCare.RunAsync(recording.Store, () => _settings.Current.Retention, terminal.Clock, done => Events.Telemetry(log, done), ended.Token);
        var ledger = new ModelLedger(registry, recording.Store).RunAsync(terminal.Clock, note => Events.Telemetry(log, note), ended.Token);
        await PanelLoop.RunAsync(terminal, engine, figures, () => setup.Load?.OfferedRps, log, ended.Token);
        _slots.Close();
        Events.Draining(log, options.DrainS);
        await engine.StopAsync(TimeSpan.FromSeconds(options.DrainS));
        await Task.WhenAll(correction, reload, care, sampling, watching, ledger);
        await app.StopAsync(CancellationToken.None);
        await recording.StopAsync();
        Events.Stopped(log, recording.Figures.Written, recording.Figures.Dropped);
        return engine.Snapshot.Fault is null ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>What is bound counts, not what was asked for: a service without keys that others reach ends at once.</summary>
    private static void CheckBound(WebApplication app, KeyRing keys)
    {
        var bound = app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var found = new Problems();
        _ = Bindings.Check(string.Join(';', bound), "--urls", keys.On, certificate: true, found);
        found.ThrowIfAny();
    }
}
