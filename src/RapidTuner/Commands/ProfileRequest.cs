using RapidTuner.Core.Catalogue;

namespace RapidTuner.Commands;

/// <summary>What a command line asks of <c>profile</c>.</summary>
/// <param name="Engine">Backend, in lower case.</param>
/// <param name="OutPath">The table.</param>
/// <param name="Catalogue">Devices and models.</param>
/// <param name="Device">The device as the catalogue names it; null: by the driver's name.</param>
/// <param name="Model">The model; null: the backend's default.</param>
/// <param name="Generated">Of the backend cpu: a model made by generation; null: the default.</param>
/// <param name="ModelPath">Of the backend cpu: folder of a checkpoint; empty: a generated model.</param>
/// <param name="Weights">Of the backend cpu: how weights are held.</param>
/// <param name="Ordinal">Which of several devices.</param>
/// <param name="Budget">Time after which no point is begun.</param>
/// <param name="Seed">Seed of the order.</param>
/// <param name="Json">True: one JSON document.</param>
internal sealed record ProfileRequest(
    string Engine, string OutPath, SpecCatalogue Catalogue, DeviceSpec? Device, ModelSpec? Model, string? Generated, string ModelPath, string Weights, int Ordinal, TimeSpan Budget, ulong Seed, bool Json);
