using RapidTuner.Control.Planning;

namespace RapidTuner.Control.Tests.Planning;

public sealed class ArrivalForecastTests
{
    [Fact]
    public void Apply_LoadGrew_SpeedsTheScenarioUp()
    {
        // Four minutes of one request a second, then two of three a second with prompts of half the length.
        var (forecast, arrivals) = (new ArrivalForecast(), new List<(double S, int Tokens)>());
        arrivals.AddRange(Enumerable.Range(0, 240).Select(i => (i + 0.5, 1000)));
        arrivals.AddRange(Enumerable.Range(0, 360).Select(i => (240 + (i / 3.0), 500)));
        arrivals.ForEach(a => forecast.Add(a.S, a.Tokens));
        List<ScenarioRequest> scenario = [.. arrivals.Select(a => new ScenarioRequest(a.S, a.Tokens, 100, 20, 2))];
        var (meanBefore, spanBefore) = (scenario.Average(r => r.PromptTokens), scenario[^1].ArrivalS);

        forecast.Apply(scenario, 360, 32_000);

        // 600 requests in 360 s are 1.67 a second, three are to come; 700 tokens each were, 500 are to come.
        Assert.InRange(spanBefore / scenario[^1].ArrivalS, 1.5, 2);
        Assert.InRange(scenario.Average(r => r.PromptTokens) / meanBefore, 0.6, 0.85);
        Assert.All(scenario, r => Assert.InRange(r.CachedTokens, 0, r.PromptTokens - 1));
    }

    [Fact]
    public void Write_NotAhead_TheLoadStaysAsItWas()
    {
        var recent = new RecentRequests(1000, 1, forecast: new ArrivalForecast(20));
        for (var i = 0; i < 300; i++)
        {
            var nowS = i < 200 ? i : 200 + ((i - 200) / 5.0);
            recent.OnTaken(nowS, i, 500, 0, 2);
        }

        List<ScenarioRequest> asItWas = [], ahead = [];
        recent.Write(asItWas, 220, new PlannerSettings { SpanS = 1000, RequestsWanted = 0 }, 1000, ahead: false);
        recent.Write(ahead, 220, new PlannerSettings { SpanS = 1000, RequestsWanted = 0 }, 1000);
        Assert.Equal(200 + (99 / 5.0), asItWas[^1].ArrivalS, 6);
        Assert.True(ahead[^1].ArrivalS < 0.8 * asItWas[^1].ArrivalS, $"{ahead[^1].ArrivalS} s");
    }

    [Fact]
    public void Apply_NothingKnown_LeavesTheScenario()
    {
        List<ScenarioRequest> scenario = [new(0, 100, 0, 10, 1), new(5, 100, 0, 10, 1)];
        new ArrivalForecast().Apply(scenario, 6, 32_000);
        Assert.Equal([new(0, 100, 0, 10, 1), new(5, 100, 0, 10, 1)], scenario);
        new ArrivalForecast().Apply([], 6, 32_000);
    }

    [Fact]
    public void Apply_LongerPrompts_StayWithinTheContext()
    {
        var forecast = new ArrivalForecast();
        List<ScenarioRequest> scenario = [];
        for (var i = 0; i < 300; i++)
        {
            var tokens = i < 200 ? 100 : 900;
            forecast.Add(i + 0.5, tokens);
            scenario.Add(new ScenarioRequest(i, tokens, 0, 60, 2));
        }

        forecast.Apply(scenario, 300, 1_000);
        Assert.True(scenario.Max(r => r.PromptTokens) > 900);
        Assert.All(scenario, r => Assert.InRange(r.PromptTokens + r.OutputTokens, 1, 1_000));
    }
}
