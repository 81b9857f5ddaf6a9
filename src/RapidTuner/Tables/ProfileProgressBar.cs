namespace RapidTuner.Tables;

/// <summary>How far a profile has come, on standard error: redrawn for a person, a line a tenth of the way otherwise.</summary>
internal sealed class ProfileProgressBar(Terminal terminal, TimeSpan budget) : IDisposable
{
    private const int Width = 40;

    private readonly long _start = terminal.Clock.GetTimestamp();
    private int _tenth = -1;
    private bool _drawn;

    /// <summary>After each point.</summary>
    public void Told(int done, int of, string? problem)
    {
        if (problem is not null)
        {
            Dispose();
            terminal.Error.WriteLine($"point {done} of {of}: {problem}");
        }

        var used = terminal.Clock.GetElapsedTime(_start);
        if (terminal.Interactive)
        {
            var full = Width * done / of;
            terminal.Error.Write($"\r[{new string('#', full)}{new string('.', Width - full)}] {done}/{of} points, {used.TotalSeconds:F0} of {budget.TotalSeconds:F0} s ");
            _drawn = true;
        }
        else if (10 * done / of > _tenth)
        {
            _tenth = 10 * done / of;
            terminal.Error.WriteLine($"{done} of {of} points, {used.TotalSeconds:F0} s");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_drawn)
        {
            terminal.Error.WriteLine();
            _drawn = false;
        }
    }
}
