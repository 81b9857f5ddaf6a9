using RapidTuner.Core;

namespace RapidTuner.Engine.Twin.Cost;

/// <summary>
/// What of a step's cost does not depend on the units that it runs on: computed once, when the step is launched. All
/// figures are of the whole step on one device of the tensor-parallel group.
/// </summary>
public readonly struct StepCost
{
    /// <summary>Which phase; <see cref="Phase.Hybrid"/> for a fused step.</summary>
    public Phase Phase { get; init; }

    /// <summary>False for a step without sequences, which takes no time.</summary>
    public bool Any { get; init; }

    /// <summary>Row of the layers' matrix products in their table.</summary>
    internal int LayerRow { get; init; }

    /// <summary>Row of the LM head in its table; 0: no row of logits.</summary>
    internal int HeadRow { get; init; }

    /// <summary>Bytes that norms, activations, rotary embedding and residual sums move.</summary>
    internal double ElementwiseBytes { get; init; }

    /// <summary>One layer's attention.</summary>
    internal AttentionWork Attention { get; init; }

    /// <summary>Device time that units do not change: kernels' floors and gaps, collectives; seconds.</summary>
    internal double LaunchS { get; init; }

    /// <summary>Host time to launch the step, hidden behind longer device work; seconds.</summary>
    internal double FloorS { get; init; }

    /// <summary>Host time that overlaps nothing; seconds.</summary>
    internal double FixedS { get; init; }
}
