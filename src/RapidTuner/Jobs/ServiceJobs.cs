using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Jobs.Scheduling;
using RapidTuner.Jobs.Work;
using RapidTuner.Learning.Registry;
using RapidTuner.Serving.Trials;
using RapidTuner.Telemetry.Store;
using RapidTuner.Training;

namespace RapidTuner.Jobs;

/// <summary>The jobs of a service, put together: retraining, promotion, drift, retention, backup.</summary>
internal static class ServiceJobs
{
    /// <summary>Opens them over a data folder; they are not started.</summary>
    /// <param name="options">Schedule and limits.</param>
    /// <param name="store">The store of the folder.</param>
    /// <param name="dataFolder">The folder: models and backups live beside the store.</param>
    /// <param name="cluster">Where instances share the schedule; null: it lives in this process.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="notes">Told what could not be read.</param>
    /// <param name="trial">Where challengers are proposed; null: nothing runs that could be challenged.</param>
    /// <exception cref="BadInputException">Options are wrong; all problems at once.</exception>
    public static async Task<JobService> OpenAsync(JobsOptions options, ITelemetryStore store, string dataFolder, JobCluster? cluster, TimeProvider clock, Action<string> notes, ServiceTrial? trial = null)
    {
        var problems = new Problems();
        options.Check(problems);
        problems.ThrowIfAny();
        var registry = new ModelRegistry(dataFolder, clock, notes);
        var steps = new ModelSteps(store);
        TrainingScene Scene(Action<string> progress) => new()
        {
            Store = store, Registry = registry, Catalogue = SpecCatalogue.Open(), Clock = clock, Progress = progress, HalfLifeS = options.TrainHalfLifeS,
        };

        // The drift job sets off another one of the same service, which is there by the time it runs.
        JobService? service = null;
        void Retrain() => service!.RunNowAsync("train", "drift").GetAwaiter().GetResult();
        Job[] jobs =
        [
            new(new TrainWork(Scene), options.Train),
            new(new PromoteWork(registry, [new LatencyChallenge(registry, steps, notes), new ForecastChallenge(registry, store, notes)], trial), options.Promote),
            new(new DriftWork(store, stop => steps.ChampionResiduals(registry, stop), Retrain, clock), options.Drift),
            new(new RetainWork(store, options.Retention, clock), options.Retain),
            new(new BackupWork(store, Path.Combine(dataFolder, "backups"), options.BackupsKept, clock), options.Backup),
        ];
        jobs = trial is null ? jobs : [.. jobs, new(new EvaluateWork(store, trial, SpecCatalogue.Open()), options.Evaluate)];
        service = await JobService.OpenAsync(jobs, new JobHistory(store, clock), cluster, clock);
        return service;
    }
}
