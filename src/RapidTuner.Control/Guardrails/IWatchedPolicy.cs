using RapidTuner.Control.Planning;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Guardrails;

/// <summary>A policy whose guardrails and slow loop can be looked at while it decides, from any thread.</summary>
public interface IWatchedPolicy : IPolicy
{
    /// <summary>Why the fallback decides; <see cref="Reason.None"/> while the policy itself does.</summary>
    Reason Refused { get; }

    /// <summary>True while it wants the same split whatever the load.</summary>
    bool Inert { get; }

    /// <summary>True while changes cost more than allowed, and are held back.</summary>
    bool Flapping { get; }

    /// <summary>How often a guard acted: decisions that it changed or held; for <see cref="Reason.Inert"/>, alarms raised.</summary>
    /// <param name="guard">One of <see cref="GuardCounts.Guards"/>.</param>
    long Guarded(Reason guard);

    /// <summary>How the slow loop stands.</summary>
    /// <param name="nowS">Engine seconds.</param>
    PlanFigures Plans(double nowS);
}
