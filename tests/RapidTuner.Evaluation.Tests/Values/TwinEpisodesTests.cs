using RapidTuner.Core.Catalogue;
using RapidTuner.Evaluation.Values;
using RapidTuner.Learning.Q;

namespace RapidTuner.Evaluation.Tests.Values;

public sealed class TwinEpisodesTests
{
    [Fact]
    public void Of_ASeed_MakesTheSamePlansAgain()
    {
        var (first, second) = (Episodes(1, 1)[0], Episodes(1, 1)[0]);
        Assert.Equal(first.Steps.Select(s => (s.AtS, s.Action, s.Reward, s.State)), second.Steps.Select(s => (s.AtS, s.Action, s.Reward, s.State)));
        Assert.NotEqual(first.Steps.Select(s => s.Action), Episodes(2, 1)[0].Steps.Select(s => s.Action));
        Assert.True(first.Steps.Select(s => s.Action).Distinct().Count() > 5);
        Assert.All(first.Steps, s => Assert.True(s.ItlLimitS > 0 && s.Parameters.Count > 0));
    }

    [Fact]
    public void Training_OnAFew_FitsAndScoresOnWhatItHeldOut()
    {
        var training = new ValueTraining(Episodes(1, 6));
        var model = training.Fit(new FittedQOptions { Iterations = 3 });
        Assert.Equal(PlanFeatures.Names, model.Fields);
        Assert.True(training.RowCount > 100);
        var score = training.Score(model);
        Assert.True(score.Rows > 20 && double.IsFinite(score.MeanReturnS), score.ToString());
    }

    private static List<ValueEpisode> Episodes(ulong seed, int count)
    {
        var catalogue = SpecCatalogue.Open();
        return [.. TwinEpisodes.Of(catalogue.Device("l20"), catalogue.Model("qwen2.5-3b"), catalogue.Stack("graphs"), 1, 1, seed, default).Take(count)];
    }
}
