using RapidTuner.Core.Catalogue;

namespace RapidTuner.Commands;

/// <summary>What a command line asks of <c>profile</c>.</summary>
/// <param name="Engine">Backend, in lower case.</param>
/// <param name="OutPath">The table.</param>
/// <param name="Catalogue">Devices and models.</param>
/// <param name="Device">The device as the catalogue names it; null: by the driver's name.</param>
/// <param name="Model">The model; null: the backend's default.</param>
/// <param name="Ordinal">Which of several devices.</param>
/// <param name="Budget">Time after which no point is begun.</param>
/// <param name="Seed">Seed of the order.</param>
/// <param name="Json">True: one JSON document.</param>
internal sealed record ProfileRequest(
    string Engine, string OutPath, SpecCatalogue Catalogue, DeviceSpec? Device, ModelSpec? Model, int Ordinal, TimeSpan Budget, ulong Seed, bool Json);
