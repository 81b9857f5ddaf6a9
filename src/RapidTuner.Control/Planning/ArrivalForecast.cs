using System.Runtime.InteropServices;
using RapidTuner.Learning.Forecasting;

namespace RapidTuner.Control.Planning;

/// <summary>
/// Turns the load of late into the load to come: arrivals are forecast from one-second windows, and a scenario's rate and prompt lengths are
/// scaled to what is expected. One thread at a time.
/// </summary>
/// <param name="horizonS">The time that is planned for, seconds from now; default a minute, about as long as a plan stays in force until the next round is done.</param>
internal sealed class ArrivalForecast(double horizonS = 60)
{
    // Chosen: beyond, a scenario is no longer the load that it was made of.
    private const double ScaleMax = 2;

    private readonly LoadForecast _load = new();
    private long _second = long.MinValue;
    private double _requests;
    private double _promptTokens;

    /// <summary>A request arrived.</summary>
    public void Add(double nowS, int promptTokens)
    {
        AdvanceTo(nowS);
        _requests++;
        _promptTokens += promptTokens;
    }

    /// <summary>Scales a scenario that ends now to the forecast.</summary>
    /// <param name="scenario">Requests by arrival; changed.</param>
    /// <param name="nowS">Engine seconds.</param>
    /// <param name="contextTokens">Prompt and output of a request together are at most this.</param>
    public void Apply(List<ScenarioRequest> scenario, double nowS, int contextTokens)
    {
        AdvanceTo(nowS);
        if (scenario.Count == 0 || scenario[^1].ArrivalS <= 0)
        {
            return;
        }

        var requests = Expected(LoadSeries.Requests);
        var prompts = Expected(LoadSeries.PromptTokens);
        if (!(requests > 0) || !(prompts > 0))
        {
            return;
        }

        var meanPrompt = scenario.Average(r => (double)r.PromptTokens);
        var rate = Scale(requests / (scenario.Count / scenario[^1].ArrivalS));
        var length = Scale(prompts / requests / meanPrompt);
        foreach (ref var request in CollectionsMarshal.AsSpan(scenario))
        {
            var prompt = Math.Clamp((int)Math.Round(request.PromptTokens * length), 1, Math.Max(1, contextTokens - request.OutputTokens));
            request = request with { ArrivalS = request.ArrivalS / rate, PromptTokens = prompt, CachedTokens = Math.Min(prompt - 1, (int)(request.CachedTokens * length)) };
        }
    }

    /// <summary>Mean rate over the time that is planned for, per second; 0: nothing to go by.</summary>
    private double Expected(LoadSeries series)
    {
        var expected = _load.At(series, horizonS);
        return expected.Scores == 0 ? 0 : expected.Mean;
    }

    private static double Scale(double ratio) => double.IsFinite(ratio) ? Math.Clamp(ratio, 1 / ScaleMax, ScaleMax) : 1;

    private void AdvanceTo(double nowS)
    {
        var second = (long)Math.Floor(nowS);
        if (_second == long.MinValue)
        {
            _second = second;
        }

        // Seconds without arrivals are windows too; after a long rest only its end is told.
        for (_second = Math.Max(_second, second - LoadForecast.GapMaxS); _second < second; _second++)
        {
            _load.Update(new LoadWindow(_second, _requests, _promptTokens, double.NaN));
            (_requests, _promptTokens) = (0, 0);
        }
    }
}
