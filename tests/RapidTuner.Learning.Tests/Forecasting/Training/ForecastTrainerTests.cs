using RapidTuner.Learning.Forecasting;
using RapidTuner.Learning.Forecasting.Training;

namespace RapidTuner.Learning.Tests.Forecasting.Training;

public sealed class ForecastTrainerTests
{
    [Fact]
    public void Fit_ScatteredLoad_ServesHorizonsAndSaysByHowMuch()
    {
        var model = Pasts.Fit(Pasts.Scattered(3000));
        Assert.All(Enumerable.Range(0, Horizons.Count), h => Assert.Equal(model.Trees.Serves(h), model.Report.Scores[h].Mase <= 1));
        Assert.True(model.Report.Scores[4].Mase < 0.7, $"{model.Report.Scores[4].Mase}");
        Assert.Empty(ForecastTarget.GateFailures(model));
        Assert.Equal((0, 3000, 3000), (model.Report.FromS, model.Report.ToS, model.Report.Windows));
    }

    [Fact]
    public void Fit_LoadThatLastValueKnows_FailsItsGate()
    {
        // Minutes of one rate, then of another: past rates say nothing of when it changes.
        var rates = Enumerable.Range(0, 3000).Select(s => s < 2100 ? 5 + Math.Sin(s) : 5 + (2 * (s / 400 % 2)) + (s * 0.01)).ToArray();
        var model = Pasts.Fit(Pasts.Of(rates));
        Assert.Contains(Enumerable.Range(0, Horizons.Count), h => !model.Trees.Serves(h));
        var none = model with { Trees = model.Trees.At(new bool[Horizons.Count]) };
        Assert.Contains("last value", Assert.Single(ForecastTarget.GateFailures(none)), StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_NoLoadOnTheHeldOutEnd_FailsItsGate()
    {
        var model = Pasts.Fit(Pasts.Of([.. Loads.Poisson(1500, _ => 5), .. new double[1500]]));
        Assert.DoesNotContain(Enumerable.Range(0, Horizons.Count), model.Trees.Serves);
        Assert.Contains("last value", Assert.Single(ForecastTarget.GateFailures(model)), StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_ShortOrEmptyPast_GivesNone()
    {
        Assert.Null(ForecastTrainer.Fit("serving", LoadSeries.Requests, Pasts.Scattered(ForecastTrainer.WindowsMin - 10), 1, 1e9, null, default));
        Assert.NotNull(ForecastTrainer.Fit("serving", LoadSeries.Requests, Pasts.Scattered(ForecastTrainer.WindowsMin + 10), 1, 1e9, null, default));
        Assert.Null(ForecastTrainer.Fit("serving", LoadSeries.Requests, Pasts.Of(new double[2000]), 1, 1e9, null, default));
    }

    [Fact]
    public void Fit_WorseThanTheChampionOnSecondsNeitherSaw_FailsItsGate()
    {
        var champion = Pasts.Fit(Pasts.Scattered(2000));
        var model = Pasts.Fit(Pasts.Scattered(4000), champion);
        var scores = model.Report.Scores.Select(s => s with { FreshMae = s.RivalMae * 1.1 }).ToArray();
        Assert.All(model.Report.Scores, s => Assert.True(s.RivalMae > 0));
        var worse = model with { Report = model.Report with { Scores = scores } };
        Assert.Contains("champion", Assert.Single(ForecastTarget.GateFailures(worse)), StringComparison.Ordinal);
    }

    [Fact]
    public void BlockGains_ModelOfThisLoadBesideOneThatRepeatsTheLastValue_AreAboveZero()
    {
        var good = Pasts.Fit(Pasts.Scattered(2000));
        var naive = good with { Trees = good.Trees.At(new bool[Horizons.Count]) };
        var past = Pasts.Scattered(6000);
        var gains = ForecastTrainer.BlockGains(naive, good, past);
        Assert.InRange(gains.Count, 6, 7);
        Assert.All(gains, g => Assert.True(g > 0, $"{g}"));
        Assert.All(gains.Zip(ForecastTrainer.BlockGains(good, naive, past)), g => Assert.Equal(0, g.First + g.Second, 9));
        Assert.Empty(ForecastTrainer.BlockGains(naive, good, Pasts.Scattered(2000)));
    }
}
