using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Twin.Cost;

namespace RapidTuner.Engine.Twin.Tests;

/// <summary>The program's own catalogue, and cost models made from it.</summary>
internal static class Models
{
    public static SpecCatalogue Catalogue { get; } = SpecCatalogue.Open();

    public static CostModel Cost(string device, string model, string stack = "graphs", int tensorParallel = 1, CostOptions? options = null) =>
        new(Catalogue.Device(device), Catalogue.Model(model), Catalogue.Stack(stack), tensorParallel, options ?? CostOptions.Default);
}
