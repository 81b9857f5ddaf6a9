using RapidTuner.Core.Samples;
using RapidTuner.Engine;
using RapidTuner.Learning.Forecasting;

namespace RapidTuner.Serving.Live;

/// <summary>Looks at the engine once a second: a point for the history, a window for the forecast.</summary>
/// <param name="engine">What is looked at.</param>
/// <param name="figures">Its counts.</param>
/// <param name="history">Takes the points.</param>
/// <param name="forecast">Takes the windows.</param>
internal sealed class LiveSampler(IEngine engine, LiveFigures figures, LiveHistory history, LiveForecast forecast)
{
    private const int LatencyOverS = 10;

    private long _requests;
    private long _promptTokens;
    private long _outputTokens;
    private long _ended;
    private long _attained;

    /// <summary>Looks once a second until <paramref name="stop"/>.</summary>
    public async Task RunAsync(TimeProvider clock, CancellationToken stop)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        try
        {
            while (await tick.WaitForNextTickAsync(stop))
            {
                Look(clock.GetUtcNow().ToUnixTimeSeconds());
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    /// <summary>Looks at the second that ends at <paramref name="atS"/>, Unix seconds.</summary>
    public void Look(long atS)
    {
        var now = engine.Snapshot;
        var ended = figures.Ended(Outcome.Finished) + figures.Ended(Outcome.RejectedLoad) + figures.Ended(Outcome.Unfinished);
        var point = new LivePoint(
            atS,
            now.Split.PrefillUnits,
            now.Split.DecodeUnits,
            now.PrefillQueued,
            now.PrefillQueuedTokens,
            now.DecodeSequences,
            now.KvFreeShare,
            Step(ref _requests, now.Requests),
            Step(ref _promptTokens, figures.PromptTokens),
            Step(ref _outputTokens, figures.OutputTokens),
            figures.TtftS.Quantile(now.NowS, 0.5, LatencyOverS),
            figures.TtftS.Quantile(now.NowS, 0.99, LatencyOverS),
            figures.ItlS.Quantile(now.NowS, 0.5, LatencyOverS),
            figures.ItlS.Quantile(now.NowS, 0.99, LatencyOverS),
            Step(ref _ended, ended),
            Step(ref _attained, figures.Attained));
        history.Add(in point);
        forecast.Update(new LoadWindow(atS, point.RequestsPerS, point.PromptTokensPerS, point.OutputTokensPerS));
    }

    private static long Step(ref long before, long now)
    {
        var step = now - before;
        before = now;
        return step;
    }
}
