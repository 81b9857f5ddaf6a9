using RapidTuner.Control.Learned;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Planning;

/// <summary>What the slow loop runs, a slice at a tick. One thread at a time; the counts may be read from any.</summary>
internal interface IPlanner
{
    /// <summary>The parameters chosen so far.</summary>
    RuleParameters Present { get; }

    /// <summary>Rounds finished.</summary>
    long Rounds { get; }

    /// <summary>Plans that chance chose.</summary>
    long Explored { get; }

    /// <summary>One slice; gives the parameters that are to be in force.</summary>
    /// <param name="seen">What the engine sees now.</param>
    /// <param name="planned">Is told of every plan that is made; null: nobody cares.</param>
    RuleParameters Plan(in Observation seen, Action<PlanSample>? planned);
}
