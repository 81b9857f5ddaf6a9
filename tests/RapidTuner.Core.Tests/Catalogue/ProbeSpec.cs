using RapidTuner.Core.Catalogue;

namespace RapidTuner.Core.Tests.Catalogue;

/// <summary>A specification that only the reader's tests know, so that they hold whatever the real ones come to contain.</summary>
internal sealed record ProbeSpec : ISpec
{
    [SpecName]
    public string Name { get; init; } = "";

    [Optional]
    public IReadOnlyList<string> Aliases { get; init; } = [];

    public required Vendor Vendor { get; init; }

    [Bounds(0, 1, "s")]
    public required Constant DelayS { get; init; }

    [Bounds(1, 10)]
    public required double Weight { get; init; }

    public void Check(SpecCheck found) => found.That(Weight != 7, "weight", "is 7", "give another");
}
