using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using RapidTuner.Core.Errors;

namespace RapidTuner.Commands;

/// <summary>Reads the values of one command line and collects what is wrong with them.</summary>
internal sealed class GivenOptions(CommandResult parsed, Problems problems)
{
    /// <summary>The text of an option; null when it was not given.</summary>
    public string? Text(Option<string?> option) => parsed.GetResult(option) is { Errors: var errors } && !errors.Any() ? parsed.GetValue(option) : null;

    /// <summary>The text of an argument; null when it was not given.</summary>
    public string? Text(Argument<string> argument) => parsed.GetResult(argument) is { Tokens.Count: 1 } given ? given.Tokens[0].Value : null;

    /// <summary>True when a flag was given.</summary>
    public bool Flag(Option<bool> option) => parsed.GetValue(option);

    /// <summary>A whole number within bounds; <paramref name="missing"/> when it was not given.</summary>
    public int Whole(Option<string?> option, int missing, int min, int max, string orElse = "")
    {
        if (Text(option) is not { } text)
        {
            return missing;
        }

        if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
        {
            return value;
        }

        problems.Add(option.Name, $"is `{text}`", $"give a whole number from {min}{(max == int.MaxValue ? "" : $" to {max}")} {orElse}".TrimEnd());
        return missing;
    }

    /// <summary>A seed; 1 when it was not given.</summary>
    public ulong Seed(Option<string?> option)
    {
        if (Text(option) is not { } text)
        {
            return 1;
        }

        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        problems.Add(option.Name, $"is `{text}`", "give a whole number from 0");
        return 1;
    }

    /// <summary>A number within bounds; <paramref name="missing"/> when it was not given.</summary>
    public double Number(Option<string?> option, double missing, double min, double max)
    {
        if (Text(option) is not { } text)
        {
            return missing;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
        {
            return value;
        }

        problems.Add(option.Name, $"is `{text}`", $"give a number from {min} to {max}");
        return missing;
    }

    /// <summary>One of some words, ignoring case; <paramref name="missing"/> when it was not given.</summary>
    public T OneOf<T>(Option<string?> option, T missing, params ReadOnlySpan<(string Word, T Value)> known)
    {
        if (Text(option) is not { } text)
        {
            return missing;
        }

        var words = new List<string>();
        foreach (var (word, value) in known)
        {
            if (word.Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }

            words.Add(word);
        }

        problems.Add(option.Name, $"is `{text}`", $"give {string.Join(" or ", words)}");
        return missing;
    }

    /// <summary>The path of a file to write; null when it was not given or cannot be written.</summary>
    public string? OutputFile(Option<string?> option)
    {
        if (Text(option) is not { } path)
        {
            return null;
        }

        if (path.Length > 0 && Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))) && !Directory.Exists(path))
        {
            return path;
        }

        problems.Add(option.Name, $"`{path}` cannot be written: its folder is missing, or it is one", "give a file in a folder that exists");
        return null;
    }

    /// <summary>What <paramref name="read"/> gives; its problems join the others.</summary>
    public T? Try<T>(Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (BadInputException bad)
        {
            problems.AddAll(bad.Problems);
            return default;
        }
    }
}
