namespace RapidTuner.Core.Errors;

/// <summary>Input, arguments or configuration that cannot be used; the program prints every problem and exits 2.</summary>
public sealed class BadInputException : Exception
{
    /// <summary>Carries all <paramref name="problems"/>.</summary>
    public BadInputException(Problems problems)
        : base(string.Join(Environment.NewLine, problems.Found) + More(problems)) => Problems = problems;

    /// <summary>Carries a single problem.</summary>
    public BadInputException(string where, string what, string mend = "")
        : this(One(where, what, mend))
    {
    }

    /// <summary>Everything that was found.</summary>
    public Problems Problems { get; }

    private static string More(Problems problems) =>
        problems.Count > problems.Found.Count ? $"{Environment.NewLine}… and {problems.Count - problems.Found.Count} more" : "";

    private static Problems One(string where, string what, string mend)
    {
        var problems = new Problems();
        problems.Add(where, what, mend);
        return problems;
    }
}
