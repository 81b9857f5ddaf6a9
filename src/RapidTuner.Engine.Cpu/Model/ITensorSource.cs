using RapidTuner.Core.Errors;

namespace RapidTuner.Engine.Cpu.Model;

/// <summary>Where weights come from: tensors by the names of the published checkpoints.</summary>
internal interface ITensorSource
{
    /// <summary>Adds a problem for each of <paramref name="wanted"/> that is missing or has another shape.</summary>
    void Check(IReadOnlyList<TensorShape> wanted, Problems found);

    /// <summary>Reads one row of a tensor (a vector is one row) as floats; safe from several threads.</summary>
    void ReadRow(TensorShape tensor, int row, Span<float> into);
}
