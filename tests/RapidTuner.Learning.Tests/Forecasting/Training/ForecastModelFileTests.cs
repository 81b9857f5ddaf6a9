using RapidTuner.Core.Errors;
using RapidTuner.Learning.Forecasting;
using RapidTuner.Learning.Forecasting.Training;

namespace RapidTuner.Learning.Tests.Forecasting.Training;

public sealed class ForecastModelFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string File(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_Saved_ForecastsTheSameToTheBit()
    {
        var model = Pasts.Fit(Pasts.Scattered(1500));
        ForecastModelFile.Save(model, File("a"));
        var read = ForecastModelFile.Load(File("a"));
        Assert.Equal((model.Load, model.Series, model.Report.ToS), (read.Load, read.Series, read.Report.ToS));
        Assert.Equal(model.Report.Scores, read.Report.Scores);
        Assert.Equal(Forecasts(model), Forecasts(read));
        ForecastModelFile.Save(Pasts.Fit(Pasts.Scattered(1500)), File("b"));
        Assert.Equal(System.IO.File.ReadAllBytes(File("a")), System.IO.File.ReadAllBytes(File("b")));
    }

    [Fact]
    public void Load_DamagedOrAnotherKind_IsRefused()
    {
        ForecastModelFile.Save(Pasts.Fit(Pasts.Scattered(1500)), File("a"));
        var bytes = System.IO.File.ReadAllBytes(File("a"));
        bytes[^5] ^= 1;
        System.IO.File.WriteAllBytes(File("b"), bytes);
        Assert.Throws<BadInputException>(() => ForecastModelFile.Load(File("b")));
        Assert.Throws<BadInputException>(() => ForecastModelFile.Load(File("none")));
    }

    [Fact]
    public void Load_OtherFeatures_IsRefused()
    {
        var ensemble = Pasts.Fit(Pasts.Scattered(1500)).Trees.Ensemble;
        foreach (var header in new[] { "{\"kind\":\"step-latency\"}", "{\"kind\":\"load-forecast\",\"features\":[\"x\"]}", "{\"kind\":\"load-forecast\",\"features\":null}", "null", "[", "{\"kind\":" + new string('[', 5000) + new string(']', 5000) + "}" })
        {
            RapidTuner.Learning.Artefacts.ArtefactFile.Write(File("c"), System.Text.Encoding.UTF8.GetBytes(header), RapidTuner.Learning.Trees.TreeEnsembleCodec.Write(ensemble));
            Assert.Throws<BadInputException>(() => ForecastModelFile.Load(File("c")));
        }
    }

    private static double[] Forecasts(ForecastModel model)
    {
        var forecast = new LoadForecast(new Dictionary<LoadSeries, ForecastTrees> { [LoadSeries.Requests] = model.Trees });
        var trees = forecast[LoadSeries.Requests].Methods[^1];
        var means = new double[Horizons.Count];
        foreach (var (value, s) in Loads.Poisson(400, _ => 7, 9).Select((v, s) => (v, s)))
        {
            forecast.Update(new LoadWindow(s, value, value, value));
        }

        trees.Forecast(means);
        return means;
    }
}
