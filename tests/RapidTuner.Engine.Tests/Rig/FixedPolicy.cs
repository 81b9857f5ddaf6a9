using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Engine.Tests.Rig;

/// <summary>Decides whatever a function says; by default always the same.</summary>
internal sealed class FixedPolicy : IPolicy
{
    private readonly Func<Observation, Decision> _decide;

    public FixedPolicy(int deviceUnits, Split split)
        : this(new Palette(deviceUnits, [split.PrefillUnits], [split.DecodeUnits]), _ => new Decision(split, Reason.Fixed))
    {
    }

    public FixedPolicy(Palette palette, Func<Observation, Decision> decide)
    {
        Palette = palette;
        _decide = decide;
    }

    public string Name => "fixed";

    public Palette Palette { get; }

    public Decision Decide(in Observation seen) => _decide(seen);
}
