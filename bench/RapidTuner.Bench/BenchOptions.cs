using System.Globalization;
using RapidTuner.Core.Errors;

namespace RapidTuner.Bench;

/// <summary>Options of the form <c>--name value</c>, read as a benchmark asks for them; what nobody asked for is a problem.</summary>
internal sealed class BenchOptions
{
    private readonly Dictionary<string, string> _given = [];
    private readonly HashSet<string> _asked = [];
    private readonly Problems _problems = new();

    /// <summary>Reads <paramref name="args"/>, the benchmark's name left out.</summary>
    public BenchOptions(ReadOnlySpan<string> args)
    {
        for (var i = 0; i < args.Length; i += 2)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == args.Length)
            {
                _problems.Add(args[i], "is no option with a value", "write --name value");
                continue;
            }

            _given[args[i][2..]] = args[i + 1];
        }
    }

    /// <summary>The value of an option, or <paramref name="otherwise"/>.</summary>
    public string Text(string name, string otherwise)
    {
        _asked.Add(name);
        return _given.GetValueOrDefault(name, otherwise);
    }

    /// <summary>The number that an option is, or <paramref name="otherwise"/>.</summary>
    public double Number(string name, double otherwise)
    {
        var text = Text(name, otherwise.ToString(CultureInfo.InvariantCulture));
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !(value > 0) || !double.IsFinite(value))
        {
            _problems.Add("--" + name, $"'{text}' is no number above 0", $"give one, such as {otherwise}");
        }

        return value;
    }

    /// <summary>Throws <see cref="BadInputException"/> with everything wrong; call after the last option was asked for.</summary>
    public void Check()
    {
        foreach (var name in _given.Keys.Where(n => !_asked.Contains(n)))
        {
            _problems.Add("--" + name, "is unknown here", $"known: {string.Join(", ", _asked.Select(a => "--" + a))}");
        }

        _problems.ThrowIfAny();
    }
}
