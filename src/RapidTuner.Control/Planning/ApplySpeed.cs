using RapidTuner.Core.Control;
using RapidTuner.Engine;

namespace RapidTuner.Control.Planning;

/// <summary>How an engine's time to apply a split is met (docs/policy.md, "Slow engines").</summary>
internal static class ApplySpeed
{
    // Chosen: a few decode steps. What is in force so soon may be decided anew at every step.
    private const double StepS = 0.25;

    // Chosen: how many restarts' length a rule waits before it may restart again.
    private const double RestartsApart = 10;

    /// <summary>The kind of an engine.</summary>
    public static ApplyKind KindOf(EngineOptions? engine) =>
        engine is null ? ApplyKind.Step : engine.ApplyRestarts ? ApplyKind.Restart : engine.ApplyS > StepS ? ApplyKind.Second : ApplyKind.Step;

    /// <summary>How long a rule that decides at every step has its split held on a slow engine, seconds: as long as applying takes, a second at least, and ten times that where it is a restart.</summary>
    public static double HeldS(EngineOptions engine) => Math.Max(1, engine.ApplyS) * (engine.ApplyRestarts ? RestartsApart : 1);
}
