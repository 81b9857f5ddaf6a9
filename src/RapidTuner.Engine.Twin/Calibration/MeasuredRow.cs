using RapidTuner.Core.Catalogue;

namespace RapidTuner.Engine.Twin.Calibration;

/// <summary>One measured time, and how the law predicts it.</summary>
public abstract record MeasuredRow
{
    /// <summary>Line in the file; the header is 1.</summary>
    public required int Line { get; init; }

    /// <summary>The device, as the table calls it.</summary>
    public required string Gpu { get; init; }

    /// <summary>The model, as the table calls it; empty where the row needs none.</summary>
    public string Model { get; init; } = "";

    /// <summary>Alias of the stack under which it was measured, such as the table's source.</summary>
    public required string Stack { get; init; }

    /// <summary>Phase, operator or kernel: one of the ways in which a score is broken down.</summary>
    public required string Part { get; init; }

    /// <summary>What belongs together and is left out together: a curve over shares, a shape.</summary>
    public required string Curve { get; init; }

    /// <summary>The measured time, seconds.</summary>
    public required double MeasuredS { get; init; }

    /// <summary>True when the model's dimensions are needed to predict the row.</summary>
    public virtual bool NeedsModel => false;

    /// <summary>The time that the law gives, seconds.</summary>
    internal abstract double PredictS(Laws laws, ModelSpec? model);
}
