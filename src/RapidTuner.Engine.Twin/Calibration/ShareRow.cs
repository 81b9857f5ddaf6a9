using RapidTuner.Core;
using RapidTuner.Core.Catalogue;

namespace RapidTuner.Engine.Twin.Calibration;

/// <summary>A forward pass of one phase on a share of the device.</summary>
internal sealed record ShareRow : MeasuredRow
{
    /// <summary>Shares are rounded to whole pairs of units: SMs come in pairs that share a texture and process cluster.</summary>
    private const int UnitsPerPair = 2;

    public required Phase Phase { get; init; }

    public required int TensorParallel { get; init; }

    public required StepWork Work { get; init; }

    public required double Share { get; init; }

    public override bool NeedsModel => true;

    internal override double PredictS(Laws laws, ModelSpec? model)
    {
        var pairs = Math.Max(1, Math.Round(Share * laws.Device.Units / UnitsPerPair));
        var units = Math.Min(laws.Device.Units, (int)pairs * UnitsPerPair);
        return laws.Cost(model!, TensorParallel).AloneS(Phase, Work, units);
    }
}
