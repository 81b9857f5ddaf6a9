namespace RapidTuner.Tables;

/// <summary>Which part of a longer work is done, on standard error: redrawn for a person, a line a part otherwise.</summary>
internal sealed class PartProgressBar(Terminal terminal) : IDisposable
{
    private const int Width = 30;

    private readonly Lock _gate = new();
    private string _part = "";
    private bool _drawn;

    /// <summary>Where the work is.</summary>
    /// <param name="part">Its part.</param>
    /// <param name="done">Share of the whole, 0 to 1.</param>
    public void Told(string part, double done)
    {
        lock (_gate)
        {
            if (terminal.Interactive)
            {
                var full = (int)(Width * Math.Clamp(done, 0, 1));
                terminal.Error.Write($"\r[{new string('#', full)}{new string('.', Width - full)}] {part,-12}");
                _drawn = true;
            }
            else if (part != _part)
            {
                terminal.Error.WriteLine($"reading {part}");
            }

            _part = part;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_drawn)
        {
            terminal.Error.WriteLine();
        }
    }
}
