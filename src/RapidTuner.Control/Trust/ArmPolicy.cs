using RapidTuner.Control.Guardrails;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Trust;

/// <summary>Decides by the arm that the trust machine says. In shadow the challenger is asked too, without effect.</summary>
/// <param name="machine">Says who decides.</param>
/// <param name="champion">The champion's policy; of a watched challenger, its predecessor's.</param>
/// <param name="challenger">The challenger's policy, over the same palette.</param>
public sealed class ArmPolicy(TrustMachine machine, IPolicy champion, IPolicy challenger) : IPolicy
{
    /// <inheritdoc/>
    public string Name => champion.Name;

    /// <inheritdoc/>
    public Palette Palette => champion.Palette;

    /// <inheritdoc/>
    public Decision Decide(in Observation seen)
    {
        if (machine.Stage == TrustStage.Shadow)
        {
            machine.Shadowed(IsSafe(in seen));
        }

        return machine.Deciding == Arm.Challenger ? challenger.Decide(in seen) : champion.Decide(in seen);
    }

    private bool IsSafe(in Observation seen)
    {
        try
        {
            if (challenger is IModelPolicy model)
            {
                var modelled = model.Decide(in seen, out var signals);
                return IsAllowed(modelled) && signals.HasModel && double.IsFinite(signals.PredictedUpperS);
            }

            return IsAllowed(challenger.Decide(in seen)) && challenger is not IWatchedPolicy { Refused: not (Reason.None or Reason.KvPressure) };
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // A challenger that throws in shadow has shown what shadow is for.
            return false;
        }
    }

    private bool IsAllowed(Decision decision) => Palette.Nearest(decision.Split) == decision.Split && decision.Reason != Reason.None;
}
