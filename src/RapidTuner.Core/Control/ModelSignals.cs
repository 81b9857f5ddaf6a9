namespace RapidTuner.Core.Control;

/// <summary>How far a model vouches for a decision: what guardrails judge it by, besides the observation.</summary>
public readonly record struct ModelSignals
{
    /// <summary>True when a model of this device and feature schema was there to decide.</summary>
    public bool HasModel { get; init; }

    /// <summary>Time since the model was trained or last recalibrated, seconds; NaN: unknown, which is not held against it.</summary>
    public double ModelAgeS { get; init; }

    /// <summary>Time since the plan in force was published, seconds; 0 where no plan is needed.</summary>
    public double PlanAgeS { get; init; }

    /// <summary>Predicted median of the step that the decision is about, seconds; NaN: the model gave no number.</summary>
    public double PredictedS { get; init; }

    /// <summary>Upper end of that prediction's interval, seconds.</summary>
    public double PredictedUpperS { get; init; }

    /// <summary>How far the inputs lie outside what the model was trained on, in widths of the training range; 0: inside.</summary>
    public double OutsideRange { get; init; }

    /// <summary>
    /// By how much predictions of late missed what was measured / by how much a running mean of what was measured would have; 0: unknown, or misses
    /// too small to matter. From 1 on the model knows nothing.
    /// </summary>
    public double MissShare { get; init; }

    /// <summary>What a model that is there, fresh, sure and inside its range says; for rules that need none.</summary>
    public static ModelSignals Certain { get; } = new() { HasModel = true, PredictedS = 1, PredictedUpperS = 1 };
}
