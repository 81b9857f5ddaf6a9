using RapidTuner.Core.Catalogue;

namespace RapidTuner.Engine.Twin.Calibration;

/// <summary>One operator of a layer other than attention.</summary>
internal sealed record OperatorRow : MeasuredRow
{
    public required int TensorParallel { get; init; }

    public required int Count { get; init; }

    public override bool NeedsModel => true;

    internal override double PredictS(Laws laws, ModelSpec? model)
    {
        var shape = laws.Shape(model!, TensorParallel);
        var units = laws.Device.Units;
        return shape.Product(Part, laws.Gemm, Count, units)?.TotalS
            ?? (laws.Stream.FloorS + laws.Stream.MoveS(2.0 * Count * (shape.ElementwiseElements(Part) ?? 0), units));
    }
}
