using RapidTuner.Core.Errors;
using RapidTuner.Engine.Cpu.Model;
using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Engine.Cpu.Tests.Reference;

/// <summary>Weights as a format can hold them: matrices but the embedding are rounded, row by row.</summary>
internal sealed class RoundedTensors(ITensorSource source, WeightFormat format, bool tied) : ITensorSource
{
    public void Check(IReadOnlyList<TensorShape> wanted, Problems found) => source.Check(wanted, found);

    public void ReadRow(TensorShape tensor, int row, Span<float> into)
    {
        source.ReadRow(tensor, row, into);
        if (tensor.IsVector || (tensor.Name.Contains("embed", StringComparison.Ordinal) && !tied))
        {
            return;
        }

        var step = 0f;
        foreach (var weight in into)
        {
            step = MathF.Max(step, MathF.Abs(weight) / 127);
        }

        for (var i = 0; i < into.Length; i++)
        {
            into[i] = format switch
            {
                WeightFormat.EightBit => MathF.Round(into[i] / step) * step,
                WeightFormat.BFloat16 => (float)(Math.Round(into[i] / Math.ScaleB(1, Math.ILogB(into[i]) - 7)) * Math.ScaleB(1, Math.ILogB(into[i]) - 7)),
                _ => into[i],
            };
        }
    }
}
