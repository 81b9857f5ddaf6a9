namespace RapidTuner.Core.Errors;

/// <summary>One thing that is wrong with an input: where it stands, what it is, how to mend it.</summary>
/// <param name="Where">File position (<c>file:line:column</c>, the header is line 1), option or key.</param>
/// <param name="What">What was found there.</param>
/// <param name="Mend">What to write instead.</param>
public readonly record struct Problem(string Where, string What, string Mend)
{
    /// <summary>The problem on one line, as printed on stderr.</summary>
    public override string ToString() => Printable(Mend.Length == 0 ? $"{Where}: {What}" : $"{Where}: {What}; {Mend}");

    /// <summary>A quoted piece of a hostile file must neither break the line nor steer the terminal.</summary>
    private static string Printable(string text) =>
        text.Any(char.IsControl) ? string.Create(text.Length, text, (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
            {
                to[i] = !char.IsControl(from[i]) ? from[i] : char.IsWhiteSpace(from[i]) ? ' ' : '\uFFFD';
            }
        }) : text;
}
