using RapidTuner.Engine.Cpu.Loading;
using RapidTuner.Engine.Cpu.Model;
using RapidTuner.Engine.Cpu.Numerics;
using RapidTuner.Engine.Cpu.Tests.Execution;
using RapidTuner.Engine.Cpu.Tests.Reference;
using RapidTuner.Engine.Text;

namespace RapidTuner.Engine.Cpu.Tests.Loading;

public sealed class ModelFolderTests
{
    private static readonly DecoderConfig Small = StepRig.Small with { Vocabulary = 280 };

    [Theory]
    [InlineData("LlamaForCausalLM", "F32", 1, 1e-4)]
    [InlineData("LlamaForCausalLM", "F16", 3, 5e-3)]
    [InlineData("LlamaForCausalLM", "BF16", 2, 8e-2)]
    [InlineData("Qwen2ForCausalLM", "F32", 1, 1e-4)]
    [InlineData("MixtralForCausalLM", "F32", 2, 1e-4)]
    public void Load_ACheckpoint_ComputesWhatItsWeightsSay(string architecture, string type, int shards, double tolerance)
    {
        var config = Small with
        {
            QkvBias = architecture == "Qwen2ForCausalLM",
            Experts = architecture == "MixtralForCausalLM" ? 4 : 0,
            ExpertsPerToken = architecture == "MixtralForCausalLM" ? 2 : 0,
        };
        using var checkpoint = new TestCheckpoint();
        checkpoint.Whole(config, architecture, type, shards);
        using var model = ModelFolder.Load(checkpoint.Folder, WeightFormat.FullPrecision);
        Assert.Equal(config, model.Config);
        using var rig = new StepRig(model.Decoder);
        rig.Executor.Begin(0, StepRig.Prompt(20), 4, new Sampling(0, 1, 1), endsByItself: false);
        var logits = rig.Prefill(StepRig.Units, new PrefillPart(0, 0, 20))[0];
        var expected = new ReferenceDecoder(config, new RandomTensors(5), architecture == "MixtralForCausalLM").Logits(StepRig.Prompt(20))[^1];
        for (var t = 0; t < config.Vocabulary; t++)
        {
            Assert.Equal(expected[t], logits[t], tolerance);
        }
    }

    [Fact]
    public void Load_TensorsThatAreMissingOrMisshapen_TellsAllAtOnce()
    {
        using var checkpoint = new TestCheckpoint();
        checkpoint.Whole(Small, "LlamaForCausalLM", "F32");
        checkpoint.Write("config.json", File.ReadAllText(checkpoint.File("config.json")).Replace("\"num_hidden_layers\":2", "\"num_hidden_layers\":3", StringComparison.Ordinal).Replace("\"vocab_size\":280", "\"vocab_size\":281", StringComparison.Ordinal));
        var told = TestCheckpoint.Told(() => ModelFolder.Load(checkpoint.Folder, WeightFormat.FullPrecision));
        Assert.Equal(2, told.Count(t => t.Contains("has shape [280, 64]", StringComparison.Ordinal)));
        Assert.Equal(9, told.Count(t => t.Contains("model.layers.2.", StringComparison.Ordinal) && t.Contains("is missing", StringComparison.Ordinal)));
    }

    [Fact]
    public void Load_WithEverythingWrong_TellsOfEveryFile()
    {
        using var checkpoint = new TestCheckpoint();
        checkpoint.Write("config.json", """{"architectures":["GPT2LMHeadModel"]}""");
        checkpoint.Write("tokenizer.json", """{"model":{"type":"Unigram"}}""");
        checkpoint.Write("model.safetensors.index.json", """{"weight_map":{"a":"../../other.safetensors","b":"gone.safetensors"}}""");
        var told = TestCheckpoint.Told(() => ModelFolder.Load(checkpoint.Folder, WeightFormat.FullPrecision));
        Assert.Contains(told, t => t.Contains("'GPT2LMHeadModel' is not supported; supported: LlamaForCausalLM", StringComparison.Ordinal));
        Assert.Contains(told, t => t.Contains("is 'Unigram'; supported: BPE", StringComparison.Ordinal));
        Assert.Contains(told, t => t.Contains("names the file '../../other.safetensors'", StringComparison.Ordinal));
        Assert.Contains(told, t => t.Contains("gone.safetensors", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_AFolderThatIsNotThere_IsTold() =>
        Assert.Contains("is no folder", Assert.Single(TestCheckpoint.Told(() => ModelFolder.Load("/nowhere", WeightFormat.EightBit))), StringComparison.Ordinal);
}
