using RapidTuner.Engine.Cpu.Model;
using RapidTuner.Engine.Cpu.Numerics;
using RapidTuner.Engine.Cpu.Tests.Reference;
using RapidTuner.Engine.Text;

namespace RapidTuner.Engine.Cpu.Tests.Execution;

public sealed class CpuExecutorTests
{
    private static readonly Sampling Greedy = new(0, 1, 1);

    public static TheoryData<string, string> Models()
    {
        var data = new TheoryData<string, string>();
        foreach (var name in Shapes.Keys)
        {
            data.Add(name, nameof(WeightFormat.FullPrecision));
        }

        data.Add("llama", nameof(WeightFormat.BFloat16));
        data.Add("llama", nameof(WeightFormat.EightBit));
        data.Add("mixtral", nameof(WeightFormat.EightBit));
        return data;
    }

    private static Dictionary<string, DecoderConfig> Shapes { get; } = new(StringComparer.Ordinal)
    {
        ["llama"] = StepRig.Small,
        ["llama-3.1"] = StepRig.Small with { RopeTheta = 500_000, RopeScaling = new RopeScaling(8, 1, 4, 64) },
        ["tied"] = StepRig.Small with { TiedEmbeddings = true },
        ["qwen-2"] = StepRig.Small with { QkvBias = true },
        ["qwen-3"] = StepRig.Small with { QkNorm = true, HeadDim = 16 },
        ["mixtral"] = StepRig.Small with { Experts = 4, ExpertsPerToken = 2 },
        ["qwen-3-moe"] = StepRig.Small with { Experts = 8, ExpertsPerToken = 3, NormaliseExperts = false, QkNorm = true },
        ["one head each"] = StepRig.Small with { KvHeads = 4, Hidden = 48, FeedForward = 112, Vocabulary = 130 },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Steps_ChunkedPrefillThenDecode_GiveTheLogitsOfThePlainComputation(string model, string format)
    {
        var config = Shapes[model];
        var weights = Enum.Parse<WeightFormat>(format);
        using var decoder = StepRig.Random(config, weights, mixtralNames: model == "mixtral");
        using var rig = new StepRig(decoder);
        var prompt = StepRig.Prompt(150);
        rig.Executor.Begin(0, prompt, 8, Greedy, endsByItself: false);
        rig.Prefill(StepRig.Units, new PrefillPart(0, 0, 61));
        rig.Prefill(5, new PrefillPart(0, 61, 40));
        var logits = new List<float[]> { rig.Prefill(StepRig.Units, new PrefillPart(0, 101, 49))[0] };
        rig.Executor.Joined(0, 0, 1, 0);
        for (var step = 0; step < 3; step++)
        {
            logits.Add(rig.Decode(11, 1)[0]);
        }

        var tokens = prompt.Concat(Enumerable.Range(1, 3).Select(i => rig.Executor[0].Output(i))).ToArray();
        var expected = new ReferenceDecoder(config, new RoundedTensors(new RandomTensors(5), weights, config.TiedEmbeddings), model == "mixtral").Logits(tokens);
        for (var i = 0; i < logits.Count; i++)
        {
            var wanted = expected[prompt.Length - 1 + i];
            for (var t = 0; t < config.Vocabulary; t++)
            {
                Assert.Equal(wanted[t], logits[i][t], 1e-4);
            }
        }
    }

    [Fact]
    public void Steps_AloneOrBesideOthersInAnyChunks_GiveTheSameLogitsToTheBit()
    {
        using var decoder = StepRig.Random(StepRig.Small);
        using var alone = new StepRig(decoder);
        alone.Executor.Begin(0, StepRig.Prompt(140), 8, Greedy, endsByItself: false);
        var firstAlone = alone.Prefill(StepRig.Units, new PrefillPart(0, 0, 140))[0];
        alone.Executor.Joined(0, 0, 1, 0);
        var secondAlone = alone.Decode(StepRig.Units, 1)[0];

        using var beside = new StepRig(decoder, cores: 1);
        for (var slot = 0; slot < 5; slot++)
        {
            beside.Executor.Begin(slot, slot == 3 ? StepRig.Prompt(140) : StepRig.Prompt(20 + slot, slot + 2), 8, Greedy, endsByItself: false);
        }

        beside.Prefill(StepRig.Units, new PrefillPart(0, 0, 20), new PrefillPart(1, 0, 21), new PrefillPart(3, 0, 77));
        var first = beside.Prefill(StepRig.Units, new PrefillPart(2, 0, 22), new PrefillPart(3, 77, 63), new PrefillPart(4, 0, 24))[1];
        for (var slot = 0; slot < 5; slot++)
        {
            beside.Executor.Joined(0, slot, 1, 0);
        }

        Assert.Equal(firstAlone, first);
        Assert.Equal(secondAlone, beside.Decode(StepRig.Units, 5)[3]);
    }

    [Fact]
    public void Kv_AsSequencesGrowAndEnd_HoldsOneBlockPerSixteenTokensAndNoMore()
    {
        using var decoder = StepRig.Random(StepRig.Small);
        using var rig = new StepRig(decoder, kvBlocks: 10);
        Assert.Equal(10L * 16 * StepRig.Small.KvFloatsPerToken * sizeof(float), rig.Executor.KvBytes);
        rig.Executor.Begin(0, StepRig.Prompt(32), 8, Greedy, endsByItself: false);
        rig.Prefill(StepRig.Units, new PrefillPart(0, 0, 17));
        Assert.Equal(8, rig.Executor.KvFree);
        rig.Prefill(StepRig.Units, new PrefillPart(0, 17, 15));
        Assert.Equal(8, rig.Executor.KvFree);
        rig.Executor.Joined(0, 0, 1, 0);
        rig.Decode(StepRig.Units, 1);
        Assert.Equal(7, rig.Executor.KvFree);
        rig.Executor.Left(0, 0);
        Assert.Equal(10, rig.Executor.KvFree);
    }

    [Fact]
    public void Steps_AfterAPreemption_GoOnWithTheSameTokens()
    {
        using var decoder = StepRig.Random(StepRig.Small);
        using var rig = new StepRig(decoder);
        var drawn = new Sampling(1, 0.9, 42, 50);
        rig.Executor.Begin(0, StepRig.Prompt(30), 8, drawn, endsByItself: false);
        rig.Prefill(StepRig.Units, new PrefillPart(0, 0, 30));
        rig.Executor.Joined(0, 0, 1, 0);
        rig.Decode(StepRig.Units, 1);
        rig.Decode(StepRig.Units, 1);
        var expected = Enumerable.Range(1, 3).Select(rig.Executor[0].Output).ToArray();

        rig.Executor.Begin(1, StepRig.Prompt(30), 8, drawn, endsByItself: false);
        rig.Prefill(StepRig.Units, new PrefillPart(1, 0, 30));
        rig.Executor.Left(0, 0);
        rig.Executor.Joined(0, 1, 1, 0);
        rig.Decode(StepRig.Units, 1);
        rig.Executor.Left(0, 1);
        rig.Prefill(StepRig.Units, new PrefillPart(1, 0, 32));
        Assert.Equal(expected, Enumerable.Range(1, 3).Select(rig.Executor[1].Output));
    }
}
