using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Policies;

/// <summary>
/// <c>overlap</c>: no masks; both phases may use every unit at any time and the hardware's own scheduler shares them (COMPARISON §2).
/// It holds no masked stream, so it pays no memory for a palette.
/// </summary>
internal sealed class OverlapPolicy : IPolicy
{
    private readonly Decision _decision;

    public OverlapPolicy(UnitGrid grid, PolicySettings settings)
    {
        Palette = Palette.Unmasked(grid.Units);
        _decision = new Decision(new Split(grid.Units, grid.Units), Reason.Overlap, settings.ChunkTokens, settings.Order);
    }

    public string Name => "overlap";

    public Palette Palette { get; }

    public Decision Decide(in Observation seen) => _decision;
}
