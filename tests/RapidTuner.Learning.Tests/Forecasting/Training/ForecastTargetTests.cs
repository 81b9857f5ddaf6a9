using RapidTuner.Learning.Forecasting;
using RapidTuner.Learning.Forecasting.Training;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Learning.Tests.Forecasting.Training;

public sealed class ForecastTargetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly List<string> _notes = [];

    private ModelRegistry Registry => new(_folder, TimeProvider.System, _notes.Add);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Candidate_OfAModel_CarriesWindowSchemaMetricsPerHorizonAndCard()
    {
        var model = Pasts.Fit(Pasts.Scattered(1500));
        var entry = Registry.Add(ForecastTarget.Candidate(model, "windows of the service"), promote: true).Entry;
        Assert.Equal((ForecastTarget.Name, "serving+requests"), (entry.Target, entry.Scope));
        Assert.Equal((0, 1_500_000_000, 1500), (entry.DataFromUs, entry.DataToUs, entry.Rows));
        Assert.Equal(ForecastInputs.Names, entry.Features);
        Assert.Equal(Horizons.Count, entry.Metrics.Count);
        Assert.Equal(model.Report.Scores[7].Mase, entry.Metrics["300.0 s"]["mase"]);
        Assert.Contains("last_value_mae", ModelFolder.CardOf(entry), StringComparison.Ordinal);
        var found = ForecastTarget.Champion(Registry, ForecastTarget.Serving, LoadSeries.Requests, _notes.Add);
        Assert.Equal(entry.Id, found!.Value.Id);
        Assert.Null(ForecastTarget.Champion(Registry, ForecastTarget.Serving, LoadSeries.OutputTokens, _notes.Add));
        Assert.Empty(_notes);
    }

    [Fact]
    public void Champion_Damaged_IsPassedOverForTheFormerOneWithANote()
    {
        var model = Pasts.Fit(Pasts.Scattered(1500));
        var old = Registry.Add(ForecastTarget.Candidate(model, "a"), promote: true).Entry;
        var young = Registry.Add(ForecastTarget.Candidate(model, "b"), promote: true).Entry;
        Assert.Equal(old.Id, young.Parent);
        File.WriteAllText(Registry.Folder.ArtefactPath(young.Id), "broken");
        Assert.Equal(old.Id, ForecastTarget.Champion(Registry, "serving", LoadSeries.Requests, _notes.Add)!.Value.Id);
        Assert.Contains(_notes, n => n.Contains("damaged", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "serving")]
    [InlineData("azure/code 2023.csv", "replay-azure-code-2023.csv")]
    public void LoadOf_AnyWorkload_IsAName(string workload, string name)
    {
        Assert.Equal(name, ForecastTarget.LoadOf(workload));
        Assert.True(RegistryFile.IsName(ForecastTarget.ScopeOf(name, LoadSeries.OutputTokens)));
    }

    [Fact]
    public void SeriesOf_EveryName_IsItsSeries() =>
        Assert.All(Enum.GetValues<LoadSeries>(), s => Assert.Equal(s, ForecastTarget.SeriesOf(ForecastTarget.NameOf(s))));
}
