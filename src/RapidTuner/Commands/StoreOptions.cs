using System.CommandLine;
using RapidTuner.Core.Errors;
using RapidTuner.Recording;

namespace RapidTuner.Commands;

/// <summary>The options that name a store.</summary>
internal sealed class StoreOptions
{
    private readonly Option<string?> _data = new("--data") { HelpName = "DIR", Description = "Data folder. Default ./data." };
    private readonly Option<string?> _store = new("--store") { HelpName = "sqlite|litedb|postgres", Description = "Which store. Default: what the folder holds, else the edition's default." };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_data);
        command.Options.Add(_store);
    }

    /// <summary>A store that must be there; null when it is not, which then stands in the problems.</summary>
    public StoreChoice? ReadExisting(GivenOptions given, Problems problems) =>
        StoreChoice.OfExisting(given.Text(_store), given.Text(_data) ?? "data", problems);

    /// <summary>A store that is made when it is missing.</summary>
    public StoreChoice? Read(GivenOptions given, Problems problems) =>
        StoreChoice.Of(given.Text(_store), given.Text(_data) ?? "data", problems);
}
