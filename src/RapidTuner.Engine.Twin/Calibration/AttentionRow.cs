using RapidTuner.Core;
using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Twin.Cost;

namespace RapidTuner.Engine.Twin.Calibration;

/// <summary>One layer's attention: of a prefill, of a decode, or of both in one call.</summary>
internal sealed record AttentionRow : MeasuredRow
{
    public required AttentionShape Shape { get; init; }

    public StepWork Prefill { get; init; }

    public StepWork Decode { get; init; }

    internal override double PredictS(Laws laws, ModelSpec? model)
    {
        var units = laws.Device.Units;
        var work = laws.Attention.Prepare(Shape, Prefill, Decode);
        var anyPrefill = Prefill.NewTokens > 0;
        var prefillS = anyPrefill ? AttentionLaw.PrefillComputeS(work, units) + laws.Attention.PrefillMemoryS(work, units) : 0;
        var decodeS = work.DecodeBytes > 0 ? laws.Attention.RepeatedDecodeS(work, units) : 0;
        return prefillS + decodeS + (anyPrefill ? laws.Attention.PrefillFloorS : laws.Attention.DecodeFloorS);
    }
}
