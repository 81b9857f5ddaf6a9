using System.CommandLine;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Commands;

/// <summary>The option <c>--data</c> of commands that look into a data folder, and what is in it.</summary>
internal static class DataFolder
{
    /// <summary>Where the service keeps its data when nothing else is said.</summary>
    public const string Default = "data";

    /// <summary>The option.</summary>
    public static Option<string?> Option() => new("--data") { HelpName = "DIR", Description = "Data folder of the service. Default ./data." };

    /// <summary>The folder that a line names; a folder that is named and not there is a problem.</summary>
    public static string Read(GivenOptions given, Option<string?> option, Problems problems, bool required)
    {
        var folder = given.Text(option);
        if ((required || folder is not null) && !Directory.Exists(folder ?? Default))
        {
            problems.Add("--data", $"{folder ?? Default} is no folder", "give the folder that `serve` or `replay --data` wrote to");
        }

        return folder ?? Default;
    }

    /// <summary>The registry in a data folder.</summary>
    public static ModelRegistry Registry(string folder, Terminal terminal) => new(folder, terminal.Clock, note => terminal.Error.WriteLine($"rapidtuner: {note}"));
}
