using System.Text.Json;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Numerics;
using RapidTuner.Jobs;
using RapidTuner.Jobs.Work;
using RapidTuner.Learning.Forecasting;
using RapidTuner.Learning.Forecasting.Training;
using RapidTuner.Learning.Registry;
using RapidTuner.Serving.Live;
using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Features;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Sqlite;
using RapidTuner.Telemetry.Store;
using RapidTuner.Tests.Commands;
using RapidTuner.Training;

namespace RapidTuner.Tests.Training;

/// <summary>Windows to a forecast model to the forecast that the service shows.</summary>
public sealed class ForecastTrainingTests : IDisposable
{
    private const long StartUs = 1_790_000_000_000_000;

    private readonly TempFolder _folder = new();
    private readonly JobRun _run = new("a", "cron", _ => { });
    private readonly List<string> _notes = [];

    private ModelRegistry Registry => new(_folder.Path, TimeProvider.System, _notes.Add);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_WindowsOfAService_PutsAModelPerSeriesInOfficeThatTheServiceThenUses()
    {
        Fill("", 2_000);
        var run = await ProgramRun.Of("train", "--data", _folder.Path, "--only", "load_forecast", "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        var trained = JsonDocument.Parse(run.Out).RootElement.GetProperty("trained").EnumerateArray().ToArray();
        Assert.Equal(["serving+requests", "serving+prompt_tokens", "serving+output_tokens"], trained.Select(m => m.GetProperty("scope").GetString()));
        Assert.All(trained, m => Assert.Equal("champion", m.GetProperty("status").GetString()));
        Assert.All(trained, m => Assert.True(m.GetProperty("metrics").GetProperty("010.0 s").GetProperty("mase").GetDouble() < 1));

        var forecast = new LiveForecast();
        var watch = new ForecastWatch(Registry, forecast, _notes.Add);
        watch.Look();
        Assert.Equal(trained.Select(m => m.GetProperty("id").GetString()), Enum.GetValues<LoadSeries>().Select(s => forecast.Read(s).Model));
        Registry.Rollback(trained[0].GetProperty("id").GetString()!);
        watch.Look();
        Assert.Null(forecast.Read(LoadSeries.Requests).Model);
        Assert.NotNull(forecast.Read(LoadSeries.PromptTokens).Model);
        Assert.Empty(_notes);
    }

    [Fact]
    public void Job_TrainsChallengersThatTheNextPromotionPutsInOfficeAndTheOneAfterComparesOnNewSeconds()
    {
        Fill("", 1_500);
        using var store = Open();
        var train = new TrainWork(progress => new TrainingScene { Store = store, Registry = Registry, Catalogue = SpecCatalogue.Open(), Clock = TimeProvider.System, Progress = progress, HalfLifeS = 3600 });
        var promote = new PromoteWork(Registry, [new ForecastChallenge(Registry, store, _notes.Add)]);
        train.Run(_run, default);
        Assert.DoesNotContain(Registry.List(), m => m.Status == ModelStatus.Champion);
        promote.Run(_run, default);
        var champions = Registry.List().Where(m => m.Status == ModelStatus.Champion).Select(m => m.Entry).ToArray();
        Assert.Equal(3, champions.Length);
        Assert.All(champions, c => Assert.Equal(3600, c.Parameters["half_life_s"]));

        train.Run(_run, default);
        var verdicts = JsonSerializer.SerializeToElement(promote.Run(_run, default)).GetProperty("Verdicts").EnumerateArray().Select(v => v.GetProperty("Why").GetString()!).ToArray();
        Assert.NotEmpty(verdicts);
        Assert.All(verdicts, v => Assert.StartsWith("insufficient support: 0 stretches of new load", v, StringComparison.Ordinal));
        Assert.Equal(champions.Select(c => c.Id), Registry.List().Where(m => m.Status == ModelStatus.Champion).Select(m => m.Entry.Id));
    }

    [Fact]
    public void Train_ReplaysOfATrace_AreALoadOfTheirOwnAndTooShortOnesAreNamed()
    {
        Fill("trace", 1_200);
        Fill("trace", 300);
        Fill("", 100);
        using var store = Open();
        var scene = new TrainingScene { Store = store, Registry = Registry, Catalogue = SpecCatalogue.Open(), Clock = TimeProvider.System, Progress = _notes.Add };
        var candidates = new ForecastTraining().Train(scene, default).ToArray();
        Assert.Equal(["replay-trace+requests", "replay-trace+prompt_tokens", "replay-trace+output_tokens"], candidates.Select(c => c.Scope));
        Assert.All(candidates, c => Assert.Equal(1_200, c.Rows));
        Assert.Contains("serving: 100 seconds", Assert.Single(_notes), StringComparison.Ordinal);
        Assert.Equal(ForecastTarget.Name, candidates[0].Target);
    }

    private SqliteStore Open() => SqliteStore.Open(_folder.Path, new SqliteStoreOptions(), TimeProvider.System);

    private void Fill(string workload, int seconds)
    {
        var rng = new Rng(7, "windows");
        var batch = new TelemetryBatch(new RunRecord { OriginUs = workload.Length == 0 ? StartUs : 0, Device = "nobody's", Model = "nobody's", Workload = workload });
        for (var s = 0; s < seconds; s++)
        {
            var values = new double[FeatureList.All.Count];
            Array.Fill(values, double.NaN);
            foreach (var (feature, scale) in new[] { ("requests_arrived_per_s", 1.0), ("prompt_tokens_arrived_per_s", 500.0), ("tokens_out_per_s", 90.0) })
            {
                values[FeatureList.IndexOf(feature)] = scale * Math.Max(0, 5 + rng.NextGaussian());
            }

            batch.Windows.Add(new WindowRecord { StartUs = batch.Run.OriginUs + (s * 1_000_000L), WidthS = 1, Values = values, Sums = [1, 0] });
        }

        using var store = Open();
        store.Append(batch);
    }
}
