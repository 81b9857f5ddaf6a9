using RapidTuner.Core.Errors;
using RapidTuner.Core.Samples;
using RapidTuner.Engine;
using RapidTuner.Recording;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;
using RapidTuner.Telemetry.Writing;

namespace RapidTuner.Serving;

/// <summary>The service's record keeping: a recorder over the store in the data folder. Whatever the store does, the engine runs on.</summary>
internal sealed class Recording : IAsyncDisposable
{
    private readonly ITelemetryStore _store;
    private readonly TelemetryRecorder _recorder;

    private Recording(ITelemetryStore store, TelemetryRecorder recorder)
    {
        _store = store;
        _recorder = recorder;
    }

    /// <summary>Receives what the engine did.</summary>
    public IEngineObserver Observer => _recorder;

    /// <summary>The store, to read from.</summary>
    public ITelemetryStore Store => _store;

    /// <summary>How the record keeping stands.</summary>
    public TelemetryFigures Figures
    {
        get
        {
            var counters = _recorder.Counters;
            return new TelemetryFigures(counters.Sum(c => c.Written), counters.Sum(c => c.Dropped), _store.Acknowledged);
        }
    }

    /// <summary>Opens the store under <see cref="ServeOptions.Data"/>; engine time 0 is taken to be now.</summary>
    public static Recording Open(ServeOptions options, EngineDescription engine, TimeProvider clock, ILogger log)
    {
        void Tell(StoreNotice notice) => Events.Telemetry(log, notice.Message);
        var found = new Problems();
        var choice = StoreChoice.Of(options.Store, options.Data, found, options.Postgres, options.PostgresSchema);
        found.ThrowIfAny();
        var store = choice!.Open(clock, Tell);
        var run = new RunRecord
        {
            OriginUs = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond,
            Engine = engine.Kind,
            Device = engine.Device,
            Model = engine.Model,
            Policy = engine.Policy,
            Seed = (long)options.Seed,
            Version = CommandTree.Version,
            TensorParallel = engine.TensorParallel,
            Stack = engine.Kind == "twin" ? options.Stack.ToLowerInvariant() : "",
            SloTier = options.Slo.ToLowerInvariant(),
        };
        return new Recording(store, new TelemetryRecorder(store, run, new TelemetryOptions { OnNotice = Tell }, clock));
    }

    /// <summary>Starts the background writer.</summary>
    public void Start() => _recorder.Start();

    /// <summary>Commits everything that was reported.</summary>
    public Task StopAsync() => _recorder.StopAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _recorder.DisposeAsync();
        _store.Dispose();
    }
}
