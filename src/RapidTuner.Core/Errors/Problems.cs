using System.Numerics;

namespace RapidTuner.Core.Errors;

/// <summary>Collects every problem of an input, so that a user sees all of them at once.</summary>
public sealed class Problems
{
    /// <summary>Problems kept in full; further ones are only counted, so that a hostile file cannot fill memory.</summary>
    public const int KeptMax = 100;

    private readonly List<Problem> _found = [];

    /// <summary>The problems found so far, in the order found, at most <see cref="KeptMax"/>.</summary>
    public IReadOnlyList<Problem> Found => _found;

    /// <summary>How many were found in all.</summary>
    public int Count { get; private set; }

    /// <summary>True when anything was found.</summary>
    public bool Any => Count > 0;

    /// <summary>Adds a problem.</summary>
    public void Add(string where, string what, string mend = "")
    {
        Count++;
        if (_found.Count < KeptMax)
        {
            _found.Add(new Problem(where, what, mend));
        }
    }

    /// <summary>Adds what <paramref name="others"/> holds, those that it only counted too.</summary>
    public void AddAll(Problems others)
    {
        foreach (var problem in others.Found)
        {
            Add(problem.Where, problem.What, problem.Mend);
        }

        Count += others.Count - others.Found.Count;
    }

    /// <summary>Adds a problem unless <paramref name="value"/> lies in [min, max] (NaN never does).</summary>
    public void InRange<T>(string where, T value, T min, T max)
        where T : INumber<T>
    {
        if (!(value >= min && value <= max))
        {
            Add(where, $"is {value}", $"give a value from {min} to {max}");
        }
    }

    /// <summary>Throws <see cref="BadInputException"/> when anything was found.</summary>
    public void ThrowIfAny()
    {
        if (Any)
        {
            throw new BadInputException(this);
        }
    }
}
