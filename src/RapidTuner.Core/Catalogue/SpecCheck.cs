using RapidTuner.Core.Errors;

namespace RapidTuner.Core.Catalogue;

/// <summary>Takes the problems that a specification finds between its keys, and adds where each key stands.</summary>
/// <param name="problems">Receives them.</param>
/// <param name="whereOf">Position of a key, as <c>file:line:column</c>.</param>
public sealed class SpecCheck(Problems problems, Func<string, string> whereOf)
{
    /// <summary>Adds a problem at <paramref name="key"/> unless <paramref name="holds"/>.</summary>
    /// <param name="holds">What must be true.</param>
    /// <param name="key">The JSON key that is to be changed.</param>
    /// <param name="what">What is wrong, without the key.</param>
    /// <param name="mend">What to write instead.</param>
    public void That(bool holds, string key, string what, string mend)
    {
        if (!holds)
        {
            problems.Add(whereOf(key), $"{key} {what}", mend);
        }
    }
}
