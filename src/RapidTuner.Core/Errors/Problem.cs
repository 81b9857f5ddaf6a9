namespace RapidTuner.Core.Errors;

/// <summary>One thing that is wrong with an input: where it stands, what it is, how to mend it.</summary>
/// <param name="Where">File position (<c>file:line:column</c>, the header is line 1), option or key.</param>
/// <param name="What">What was found there.</param>
/// <param name="Mend">What to write instead.</param>
public readonly record struct Problem(string Where, string What, string Mend)
{
    /// <summary>The problem on one line, as printed on stderr.</summary>
    public override string ToString() => Mend.Length == 0 ? $"{Where}: {What}" : $"{Where}: {What}; {Mend}";
}
