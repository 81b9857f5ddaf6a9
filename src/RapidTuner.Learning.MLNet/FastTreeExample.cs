using Microsoft.ML.Data;

namespace RapidTuner.Learning.MLNet;

/// <summary>One row as ML.NET reads it.</summary>
internal sealed class FastTreeExample
{
    /// <summary>Inputs, as <see cref="FastTreeInputs"/> lays them out.</summary>
    [ColumnName("Features")]
    public float[] Features { get; set; } = [];

    /// <summary>What is still to be explained.</summary>
    [ColumnName("Label")]
    public float Label { get; set; }

    /// <summary>Weight of the row, above 0.</summary>
    [ColumnName("Weight")]
    public float Weight { get; set; } = 1;
}
