using RapidTuner.Core.Catalogue;

namespace RapidTuner.Engine.Twin.Calibration;

/// <summary>One matrix product.</summary>
internal sealed record GemmRow : MeasuredRow
{
    private const double WeightBytes = 2;

    public required int Rows { get; init; }

    public required int Columns { get; init; }

    public required int Depth { get; init; }

    internal override double PredictS(Laws laws, ModelSpec? model) =>
        laws.Gemm.Of(Rows, Columns, Depth, WeightBytes, laws.Device.Units).TotalS;
}
