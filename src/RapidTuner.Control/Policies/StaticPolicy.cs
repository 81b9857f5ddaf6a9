using RapidTuner.Core.Control;

namespace RapidTuner.Control.Policies;

/// <summary>
/// <c>static:F</c>: one disjoint split for the whole run, prefill's share the allowed one nearest to F. The engine lends a phase's
/// units while it is idle, as to every policy (COMPARISON §2).
/// </summary>
internal sealed class StaticPolicy : IPolicy
{
    private readonly Decision _decision;

    public StaticPolicy(string name, UnitGrid grid, double prefillShare, PolicySettings settings)
    {
        Name = name;
        var split = grid.Disjoint(prefillShare);
        Palette = new Palette(grid.Units, [split.PrefillUnits], [split.DecodeUnits]);
        _decision = new Decision(split, Reason.Fixed, settings.ChunkTokens, settings.Order);
    }

    public string Name { get; }

    public Palette Palette { get; }

    public Decision Decide(in Observation seen) => _decision;
}
