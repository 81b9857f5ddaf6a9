using RapidTuner.Core.Catalogue;

namespace RapidTuner.Core.Tests.Catalogue;

public sealed class ModelSpecTests
{
    private static readonly SpecCatalogue Known = SpecCatalogue.Open();

    [Theory]
    [InlineData("llama-7b", 6.738e9)]
    [InlineData("llama-13b", 13.016e9)]
    [InlineData("llama-30b", 32.529e9)]
    [InlineData("llama-65b", 65.286e9)]
    [InlineData("llama-2-7b", 6.738e9)]
    [InlineData("llama-2-70b", 68.977e9)]
    [InlineData("llama-3-8b", 8.030e9)]
    [InlineData("llama-3-70b", 70.554e9)]
    [InlineData("llama-3.1-8b", 8.030e9)]
    [InlineData("llama-3.1-70b", 70.554e9)]
    [InlineData("codellama-34b", 33.744e9)]
    [InlineData("internlm-20b", 20.1e9)]
    [InlineData("phi-2", 2.78e9)]
    [InlineData("qwen-72b", 72.288e9)]
    [InlineData("qwen2.5-3b", 3.09e9)]
    [InlineData("qwen2.5-7b", 7.61e9)]
    [InlineData("qwen2.5-14b", 14.77e9)]
    [InlineData("qwen2.5-32b", 32.76e9)]
    [InlineData("qwen3-32b", 32.76e9)]
    [InlineData("qwen3-30b-a3b", 30.53e9)]
    [InlineData("qwen3-30b-a3b-instruct-2507", 30.53e9)]
    [InlineData("mixtral-8x7b", 46.703e9)]
    [InlineData("mistral-7b", 7.248e9)]
    [InlineData("gpt-oss-120b", 116.83e9)]
    public void Parameters_EveryModel_WithinOnePercentOfThePublished(string name, double published) =>
        Assert.InRange(Known.Model(name).Parameters / published, 0.99, 1.01);

    [Fact]
    public void Models_All_HaveAPublishedSizeAbove()
    {
        var tested = typeof(ModelSpecTests).GetMethod(nameof(Parameters_EveryModel_WithinOnePercentOfThePublished))!
            .GetCustomAttributesData().Where(a => a.AttributeType == typeof(InlineDataAttribute))
            .Select(a => (string)((IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)a.ConstructorArguments[0].Value!)[0].Value!);

        Assert.Equal(Known.Models.Select(m => m.Name).Order(StringComparer.Ordinal), tested.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("mixtral-8x7b", 12.9e9)]
    [InlineData("qwen3-30b-a3b", 3.35e9)]
    public void ActiveParameters_MixtureOfExperts_WithinTwoPercentOfThePublished(string name, double published) =>
        Assert.InRange(Known.Model(name).ActiveParameters / published, 0.98, 1.02);

    [Fact]
    public void ActiveParameters_GptOss_MatchesTheCardThatLeavesTheInputEmbeddingOut()
    {
        var model = Known.Model("gpt-oss-120b");
        Assert.InRange((model.ActiveParameters - ((double)model.Vocabulary * model.Hidden)) / 5.13e9, 0.98, 1.02);
    }

    // By hand: 2 (key and value) × layers × KV heads × head width × 2 bytes.
    [Theory]
    [InlineData("llama-3.1-70b", 1, 2 * 80 * 8 * 128 * 2)]
    [InlineData("llama-7b", 1, 2 * 32 * 32 * 128 * 2)]
    [InlineData("qwen2.5-3b", 1, 2 * 36 * 2 * 128 * 2)]
    [InlineData("gpt-oss-120b", 1, 2 * 36 * 8 * 64 * 2)]
    [InlineData("llama-3.1-70b", 4, 2 * 80 * 2 * 128 * 2)]
    [InlineData("qwen2.5-3b", 8, 2 * 36 * 1 * 128 * 2)]
    public void KvBytesPerToken_ByHand_Agrees(string name, int tp, double bytes) =>
        Assert.Equal(bytes, Known.Model(name).KvBytesPerToken(tp));

    [Fact]
    public void WeightBytes_GptOss_ExpertsCountAtMxfp4() =>
        Assert.InRange(Known.Model("gpt-oss-120b").WeightBytes(1) / (60.8 * (1L << 30)), 0.98, 1.02);

    [Theory]
    [InlineData("llama-3.1-70b", 8)]
    [InlineData("mixtral-8x7b", 2)]
    public void WeightBytes_TensorParallel_DividesAllButNormsAndRouter(string name, int tp)
    {
        var model = Known.Model(name);
        Assert.InRange(model.WeightBytes(tp) * tp / model.WeightBytes(1), 1, 1.001);
    }

    [Fact]
    public void WeightBytes_MoreDevicesThanKvHeads_RepeatsKvProjections()
    {
        var model = Known.Model("qwen2.5-3b");
        var repeatedBytes = 2.0 * 36 * 2 * 2048 * 128 * (4 - 2);
        Assert.Equal(repeatedBytes, (model.WeightBytes(4) * 4) - model.WeightBytes(1), repeatedBytes * 0.05);
    }

    [Fact]
    public void Supports_HeadsThatDoNotDivide_SaysNo()
    {
        Assert.True(Known.Model("llama-30b").Supports(4));
        Assert.False(Known.Model("llama-30b").Supports(8));
        Assert.False(Known.Model("llama-7b").Supports(0));
    }

    [Fact]
    public void IsMixtureOfExperts_ByExperts()
    {
        Assert.True(Known.Model("mixtral-8x7b").IsMixtureOfExperts);
        Assert.False(Known.Model("llama-3.1-8b").IsMixtureOfExperts);
    }
}
