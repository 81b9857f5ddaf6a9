using RapidTuner.Core.Control;

namespace RapidTuner.Control.Guardrails;

/// <summary>Judges a model by what it says of itself, worst first.</summary>
internal static class ModelGuard
{
    /// <summary>Why the model may not decide; <see cref="Reason.None"/> when it may.</summary>
    public static Reason Judge(in ModelSignals signals, GuardOptions options)
    {
        if (!signals.HasModel)
        {
            return Reason.ModelMissing;
        }

        if (!double.IsFinite(signals.PredictedS) || !double.IsFinite(signals.PredictedUpperS) || signals.PredictedS < 0)
        {
            return Reason.PredictionMissing;
        }

        if (signals.ModelAgeS > options.ModelAgeMaxS)
        {
            return Reason.ModelStale;
        }

        if (!(signals.PlanAgeS <= options.PlanAgeMaxS))
        {
            return Reason.PlanStale;
        }

        if (!(signals.OutsideRange <= options.OutsideRangeMax))
        {
            return Reason.OutOfRange;
        }

        if (!(signals.MissShare <= options.MissShareMax))
        {
            return Reason.PredictionWrong;
        }

        return signals.PredictedUpperS > options.WidthMax * signals.PredictedS ? Reason.IntervalWide : Reason.None;
    }
}
