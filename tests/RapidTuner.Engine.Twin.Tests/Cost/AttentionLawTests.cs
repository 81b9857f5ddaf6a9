using RapidTuner.Core;
using RapidTuner.Engine.Twin.Cost;

namespace RapidTuner.Engine.Twin.Tests.Cost;

public class AttentionLawTests
{
    private static readonly AttentionShape Shape = new(QueryHeads: 32, KvHeads: 8, HeadDim: 128, KvBytesPerElement: 2);
    private static readonly StepWork Chunk = StepWork.Prefill(1, 512, 0);

    [Fact]
    public void PrefillComputeS_DecodesInTheSameCall_CostARowBlockPerQueryHead()
    {
        var (law, units) = Law("vllm-0.19");
        var aloneS = TimeS(law, Chunk, default, units);
        var oneS = TimeS(law, Chunk, StepWork.Decode(1, 16_384), units);
        var longChunkS = TimeS(law, StepWork.Prefill(1, 64, 16_320), default, units);
        Assert.True(oneS > aloneS);
        Assert.Equal(longChunkS, oneS, 0.1 * longChunkS);
    }

    [Fact]
    public void PrefillMemoryS_ManyLongDecodesInTheSameCall_ReadTheirKeysOncePerQueryHead()
    {
        var (law, units) = Law("vllm-0.19");
        var decode = StepWork.Decode(128, 128L * 16_384);
        var ownKernelS = law.DecodeS(law.Prepare(Shape, default, decode), units);
        Assert.InRange(TimeS(law, Chunk, decode, units) / ownKernelS, 3, 4.5);
    }

    [Fact]
    public void Prepare_KernelsOfTheirOwn_AddUp()
    {
        var (law, units) = Law("graphs");
        var decode = StepWork.Decode(32, 32_000);
        var both = law.Prepare(Shape, Chunk, decode);
        Assert.Equal(law.DecodeS(law.Prepare(Shape, default, decode), units), law.DecodeS(both, units));
        Assert.Equal(AttentionLaw.PrefillComputeS(law.Prepare(Shape, Chunk, default), units), AttentionLaw.PrefillComputeS(both, units));
        Assert.Equal(0, both.SharedCallBytes);
    }

    private static double TimeS(AttentionLaw law, StepWork prefill, StepWork decode, int units)
    {
        var work = law.Prepare(Shape, prefill, decode);
        return AttentionLaw.PrefillComputeS(work, units) + law.PrefillMemoryS(work, units) + law.DecodeS(work, units);
    }

    private static (AttentionLaw Law, int Units) Law(string stack)
    {
        var pair = FittedPair.Of(Models.Catalogue.Device("rtx-pro-6000"), Models.Catalogue.Stack(stack));
        return (new AttentionLaw(pair.Device, pair.Stack, new ShareCurves(pair.Device)), pair.Device.Units);
    }
}
