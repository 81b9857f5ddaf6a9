using System.Text.Json;
using RapidTuner.Serving;

namespace RapidTuner.Configuration;

/// <summary>One key of the configuration.</summary>
/// <param name="Name">Its name in a file, in snake_case.</param>
/// <param name="Help">What it does, one sentence.</param>
/// <param name="Allowed">What it may be, to follow "give ".</param>
/// <param name="Example">A value, as JSON.</param>
/// <param name="Reloads">True when a change of the file takes effect while the service runs.</param>
/// <param name="Set">The options with a value of JSON in them; null when it has the wrong type.</param>
/// <param name="Get">The value in options, as JSON.</param>
/// <param name="InRange">Whether the value in options is one that is allowed.</param>
/// <param name="FromText">A value of the environment as JSON.</param>
internal sealed record ConfigKey(
    string Name,
    string Help,
    string Allowed,
    string Example,
    bool Reloads,
    Func<ServeOptions, JsonElement, ServeOptions?> Set,
    Func<ServeOptions, JsonElement> Get,
    Func<ServeOptions, bool> InRange,
    Func<string, JsonElement> FromText)
{
    /// <summary>Its name in the environment.</summary>
    public string Variable => ServeConfig.Prefix + Name.ToUpperInvariant();

    /// <summary>Its name on the command line; null when it has none there.</summary>
    public string? Option { get; init; }
}
