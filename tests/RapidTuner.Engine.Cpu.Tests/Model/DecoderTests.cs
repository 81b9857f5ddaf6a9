using RapidTuner.Core.Errors;
using RapidTuner.Engine.Cpu.Model;
using RapidTuner.Engine.Cpu.Numerics;
using RapidTuner.Engine.Cpu.Tests.Execution;

namespace RapidTuner.Engine.Cpu.Tests.Model;

public sealed class DecoderTests
{
    [Fact]
    public void Load_WeightsThatAreNoNumbers_TellsEveryTensorThatHasOne()
    {
        var bad = Assert.Throws<BadInputException>(() => Decoder.Load(StepRig.Small, new Poisoned(), mixtralNames: false, WeightFormat.EightBit));
        Assert.Equal(
            ["lm_head.weight", "model.layers.1.mlp.down_proj.weight"],
            bad.Problems.Found.Select(p => p.Where));
    }

    [Fact]
    public void Check_ShapesThatCannotBe_AreAllTold()
    {
        var found = new Problems();
        (StepRig.Small with { KvHeads = 3, HeadDim = 30, Experts = 4, ExpertsPerToken = 9, RopeScaling = new RopeScaling(0.5, 1, 1, 0) }).Check("config.json", found);
        Assert.Equal(4, found.Count);
    }

    private sealed class Poisoned : ITensorSource
    {
        private readonly RandomTensors _sound = new(1);

        public void Check(IReadOnlyList<TensorShape> wanted, Problems found) => _sound.Check(wanted, found);

        public void ReadRow(TensorShape tensor, int row, Span<float> into)
        {
            _sound.ReadRow(tensor, row, into);
            if (row == 3 && tensor.Name == "lm_head.weight")
            {
                into[1] = float.NaN;
            }

            if (tensor.Name == "model.layers.1.mlp.down_proj.weight")
            {
                into[0] = float.NegativeInfinity;
            }
        }
    }
}
