using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Tests.Guardrails;

/// <summary>A model policy that does and says what a test tells it.</summary>
internal sealed class ScriptedModel(Palette palette) : IModelPolicy
{
    public string Name => "learned";

    public Palette Palette { get; } = palette;

    public Split Wants { get; set; } = new(152, 152);

    public ModelSignals Says { get; set; } = ModelSignals.Certain;

    public bool Holds { get; set; }

    public Exception? Throws { get; set; }

    public Decision Decide(in Observation seen) => Decide(in seen, out _);

    public Decision Decide(in Observation seen, out ModelSignals signals)
    {
        signals = Says;
        return Throws is null ? new Decision(Wants, Reason.SmallestDecode, HoldsDecode: Holds) : throw Throws;
    }
}
