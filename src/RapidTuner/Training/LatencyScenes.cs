using RapidTuner.Commands;
using RapidTuner.Core.Catalogue;
using RapidTuner.Learning.Latency;

namespace RapidTuner.Training;

/// <summary>Scenes of the catalogue's devices, models and stacks.</summary>
internal static class LatencyScenes
{
    /// <summary>The scene; steps under the usual stack are what shipped models are of, another stack has models of its own.</summary>
    /// <param name="device">The device.</param>
    /// <param name="model">The model.</param>
    /// <param name="tensorParallel">Devices that hold one copy of it.</param>
    /// <param name="stack">Name of the stack; "": the usual one.</param>
    public static LatencyScene Of(DeviceSpec device, ModelSpec model, int tensorParallel, string stack) =>
        LatencyScene.Of(device, model, tensorParallel) with { Stack = NameOf(stack) };

    /// <summary>The stack as scenes have it: null for the usual one, and where none was recorded.</summary>
    public static string? NameOf(string stack) => stack.Length == 0 || stack.Equals(PredictRequest.DefaultStack, StringComparison.OrdinalIgnoreCase) ? null : stack.ToLowerInvariant();
}
