using RapidTuner.Control.Learned;
using RapidTuner.Control.Planning;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Tests.Planning;

/// <summary>Plans what it is told to.</summary>
internal sealed class ScriptedPlanner(Func<RuleParameters> next) : IPlanner
{
    public RuleParameters Present => RuleParameters.AllLevers;

    public long Rounds => 0;

    public long Explored => 0;

    public RuleParameters Plan(in Observation seen, Action<PlanSample>? planned) => next();
}
