using RapidTuner.Core.Errors;

namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>Problems of one file's rows. Past the kept number they are only counted, without building their text.</summary>
internal sealed class RowProblems(string path)
{
    private readonly Problems _problems = new();

    /// <summary>True when anything was found.</summary>
    public bool Any => _problems.Any;

    /// <summary>Adds a problem at a line and column, both from 1.</summary>
    public void Add(int line, int column, string what, string mend)
    {
        var kept = _problems.Count < Problems.KeptMax;
        _problems.Add(kept ? $"{path}:{line}:{column}" : "", what, mend);
    }

    /// <summary>The same, for a text that shows what stands in the file.</summary>
    public void Add(int line, int column, string name, ReadOnlySpan<byte> found, string what, string mend)
    {
        if (_problems.Count >= Problems.KeptMax)
        {
            _problems.Add("", "");
            return;
        }

        var shown = System.Text.Encoding.UTF8.GetString(found.Length > 40 ? found[..40] : found) + (found.Length > 40 ? "…" : "");
        _problems.Add($"{path}:{line}:{column}", $"{name} is `{shown}`, {what}", mend);
    }

    /// <summary>Throws with all problems when there are any.</summary>
    public void ThrowIfAny() => _problems.ThrowIfAny();
}
