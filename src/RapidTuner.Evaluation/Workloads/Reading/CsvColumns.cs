using System.Text;
using RapidTuner.Core.Errors;

namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>Where a CSV's header puts what is needed. Columns are found by name, ignoring case; others are ignored.</summary>
internal sealed class CsvColumns
{
    /// <summary>Most columns of a header that is looked at.</summary>
    public const int Max = 64;

    private CsvColumns(TraceFormat format, string[] names, string arrival, string prompt, string output, string cached)
    {
        Format = format;
        Names = names;
        (ArrivalName, PromptName, OutputName, CachedName) = (arrival, prompt, output, cached);
        (Arrival, Prompt, Output, Cached) = (Find(arrival), Find(prompt), Find(output), Find(cached));
    }

    /// <summary>The format that the names belong to.</summary>
    public TraceFormat Format { get; }

    /// <summary>All names of the header.</summary>
    public string[] Names { get; }

    /// <summary>Index of the arrival or time stamp.</summary>
    public int Arrival { get; }

    /// <summary>Index of the prompt's tokens.</summary>
    public int Prompt { get; }

    /// <summary>Index of the output's tokens.</summary>
    public int Output { get; }

    /// <summary>Index of the cached tokens; -1 when there is no such column.</summary>
    public int Cached { get; }

    /// <summary>Name of the arrival's column.</summary>
    public string ArrivalName { get; }

    /// <summary>Name of the prompt's column.</summary>
    public string PromptName { get; }

    /// <summary>Name of the output's column.</summary>
    public string OutputName { get; }

    /// <summary>Name of the cached tokens' column.</summary>
    public string CachedName { get; }

    /// <summary>The columns of a header; null when it is no header of a known CSV.</summary>
    public static CsvColumns? Recognise(ReadOnlySpan<byte> header)
    {
        Span<Range> fields = stackalloc Range[Max];
        var count = CsvLine.Split(header, fields);
        var names = new string[count];
        for (var i = 0; i < count; i++)
        {
            names[i] = Encoding.UTF8.GetString(header[fields[i]]).Trim();
        }

        bool Has(string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);
        return true switch
        {
            _ when Has("arrival_s") || (Has("prompt_tokens") && Has("output_tokens")) =>
                new(TraceFormat.Canonical, names, "arrival_s", "prompt_tokens", "output_tokens", "cached_prompt_tokens"),
            _ when Has("ContextTokens") || Has("GeneratedTokens") =>
                new(TraceFormat.Azure, names, "TIMESTAMP", "ContextTokens", "GeneratedTokens", ""),
            _ when Has("Request tokens") || Has("Response tokens") =>
                new(TraceFormat.BurstGpt, names, "Timestamp", "Request tokens", "Response tokens", ""),
            _ => null,
        };
    }

    /// <summary>Throws with every column that is missing.</summary>
    public void ThrowIfIncomplete(string path, int line)
    {
        var problems = new Problems();
        foreach (var (index, name) in new[] { (Arrival, ArrivalName), (Prompt, PromptName), (Output, OutputName) })
        {
            if (index < 0)
            {
                problems.Add($"{path}:{line}:1", $"the header has no column {name}", $"give {ArrivalName},{PromptName},{OutputName}");
            }
        }

        foreach (var twice in Names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            problems.Add($"{path}:{line}:1", $"the header names {twice.Key} {twice.Count()} times", "name each column once");
        }

        problems.ThrowIfAny();
    }

    private int Find(string name) => name.Length == 0 ? -1 : Array.FindIndex(Names, given => given.Equals(name, StringComparison.OrdinalIgnoreCase));
}
