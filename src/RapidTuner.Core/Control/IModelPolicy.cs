namespace RapidTuner.Core.Control;

/// <summary>A policy that decides by a model and says with each decision how far the model vouches for it.</summary>
public interface IModelPolicy : IPolicy
{
    /// <summary>Decides, and reports on the model.</summary>
    Decision Decide(in Observation seen, out ModelSignals signals);
}
