using RapidTuner.Core.Samples;

namespace RapidTuner.Core.Control;

/// <summary>A policy that learns while it serves: whoever runs it lets it hear what its engine does.</summary>
public interface IObservingPolicy : IPolicy
{
    /// <summary>Hears of the engine's steps and requests, on the engine's thread.</summary>
    IEngineObserver Observer { get; }

    /// <summary>Is told of every plan that the slow loop publishes, on the planner's thread; null: nobody cares. Set before the first decision.</summary>
    Action<PlanSample>? Planned { get; set; }
}
