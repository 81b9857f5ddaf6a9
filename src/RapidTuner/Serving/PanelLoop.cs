using RapidTuner.Engine;
using Spectre.Console;

namespace RapidTuner.Serving;

/// <summary>Redraws the panel twice a second for a person; writes a line every ten seconds for a log.</summary>
internal static class PanelLoop
{
    public static async Task RunAsync(Terminal terminal, IEngine engine, LiveFigures figures, Func<double?> offeredRps, ILogger log, CancellationToken stop)
    {
        try
        {
            await (terminal.Interactive ? Draw(terminal, engine, figures, offeredRps, stop) : Log(terminal.Clock, engine, figures, log, stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The service stops; so does its panel.
        }
    }

    private static async Task Draw(Terminal terminal, IEngine engine, LiveFigures figures, Func<double?> offeredRps, CancellationToken stop)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Error) });
        await console.Live(Panel.Of(engine.Description, engine.Snapshot, figures, offeredRps())).AutoClear(false).StartAsync(async live =>
        {
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(500), terminal.Clock);
            while (await tick.WaitForNextTickAsync(stop))
            {
                live.UpdateTarget(Panel.Of(engine.Description, engine.Snapshot, figures, offeredRps()));
            }
        });
    }

    private static async Task Log(TimeProvider clock, IEngine engine, LiveFigures figures, ILogger log, CancellationToken stop)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(10), clock);
        while (await tick.WaitForNextTickAsync(stop))
        {
            Events.Figures(log, Panel.Line(engine.Snapshot, figures));
        }
    }
}
