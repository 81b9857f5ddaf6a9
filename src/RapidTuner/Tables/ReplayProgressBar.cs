using System.Globalization;
using RapidTuner.Evaluation.Replay;

namespace RapidTuner.Tables;

/// <summary>One line on stderr that tells how far a replay is; on a terminal it is drawn in place, elsewhere nothing is drawn.</summary>
internal sealed class ReplayProgressBar : IDisposable
{
    private const int BarCells = 24;
    private const double DrawEveryS = 0.1;

    private readonly Terminal _terminal;
    private readonly bool _drawn;
    private readonly Lock _lock = new();
    private readonly long _startedAt;
    private long _drawnAt;
    private int _width;

    public ReplayProgressBar(Terminal terminal)
    {
        _terminal = terminal;

        // A bar in a log file is noise; in a test stderr is not the console's.
        _drawn = ReferenceEquals(terminal.Error, Console.Error) && !Console.IsErrorRedirected;
        _startedAt = terminal.Clock.GetTimestamp();
    }

    /// <summary>Draws, at most ten times a second. Safe from several threads.</summary>
    public void Show(ReplayProgress progress)
    {
        if (!_drawn)
        {
            return;
        }

        lock (_lock)
        {
            if (_drawnAt != 0 && _terminal.Clock.GetElapsedTime(_drawnAt).TotalSeconds < DrawEveryS)
            {
                return;
            }

            _drawnAt = _terminal.Clock.GetTimestamp();
            var elapsed = _terminal.Clock.GetElapsedTime(_startedAt);
            var filled = BarCells * progress.RowsDone / Math.Max(1, progress.Rows);
            Draw(string.Create(
                CultureInfo.InvariantCulture,
                $"{new string('█', filled)}{new string('░', BarCells - filled)} {progress.RowsDone}/{progress.Rows} policies · {progress.Runs} runs · {elapsed:mm\\:ss}"));
        }
    }

    /// <summary>Takes the line away.</summary>
    public void Clear()
    {
        if (_width > 0)
        {
            Draw("");
            _terminal.Error.Write('\r');
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    private void Draw(string line)
    {
        _terminal.Error.Write('\r' + line.PadRight(_width));
        _width = line.Length;
    }
}
