namespace RapidTuner.Core.Control;

/// <summary>A pure function from an observation to a decision. Called at every step boundary; never allocates, locks or blocks.</summary>
public interface IPolicy
{
    /// <summary>Name as in COMPARISON §2.</summary>
    string Name { get; }

    /// <summary>The unit counts that this policy may choose from; their streams' memory is charged to it.</summary>
    Palette Palette { get; }

    /// <summary>Decides the split (and levers) for the step about to be launched.</summary>
    Decision Decide(in Observation seen);
}
