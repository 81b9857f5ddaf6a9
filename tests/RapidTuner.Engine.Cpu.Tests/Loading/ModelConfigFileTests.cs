using RapidTuner.Core.Errors;
using RapidTuner.Engine.Cpu.Loading;
using RapidTuner.Engine.Cpu.Model;

namespace RapidTuner.Engine.Cpu.Tests.Loading;

public sealed class ModelConfigFileTests
{
    private const string Llama = """
        {"architectures":["LlamaForCausalLM"],"hidden_size":2048,"intermediate_size":8192,"num_attention_heads":32,"num_hidden_layers":16,"num_key_value_heads":8,"vocab_size":128256,
        "max_position_embeddings":131072,"rms_norm_eps":1e-05,"rope_theta":500000.0,"tie_word_embeddings":true,"hidden_act":"silu","attention_bias":false,"eos_token_id":[128001,128008,128009],
        "rope_scaling":{"factor":32.0,"high_freq_factor":4.0,"low_freq_factor":1.0,"original_max_position_embeddings":8192,"rope_type":"llama3"}}
        """;

    [Fact]
    public void Read_Llama3Configuration_IsUnderstood()
    {
        var config = Read(Llama, out _, out var ends);
        Assert.Equal(
            new DecoderConfig
            {
                Layers = 16, Hidden = 2048, Heads = 32, KvHeads = 8, HeadDim = 64, FeedForward = 8192, Vocabulary = 128_256, ContextTokens = 131_072, NormEpsilon = 1e-5, RopeTheta = 500_000,
                RopeScaling = new RopeScaling(32, 1, 4, 8192), TiedEmbeddings = true,
            },
            config);
        Assert.Equal([128_001, 128_008, 128_009], ends);
        Assert.Equal(1_235_814_400, config!.Parameters);
    }

    [Fact]
    public void Read_ASlidingWindow_CutsTheContext() =>
        Assert.Equal(4096, Read(Llama.Replace("LlamaForCausalLM", "MistralForCausalLM", StringComparison.Ordinal).Replace("\"hidden_act\"", "\"sliding_window\":4096,\"hidden_act\"", StringComparison.Ordinal), out _, out _)!.ContextTokens);

    [Theory]
    [InlineData("\"hidden_size\":2048", "\"hidden_size\":\"big\"", "hidden_size: is \"big\"")]
    [InlineData("\"hidden_size\":2048,", "", "hidden_size: is missing")]
    [InlineData("\"num_key_value_heads\":8", "\"num_key_value_heads\":5", "does not divide")]
    [InlineData("\"num_hidden_layers\":16", "\"num_hidden_layers\":100000000", "num_hidden_layers: is 100000000")]
    [InlineData("\"hidden_act\":\"silu\"", "\"hidden_act\":\"gelu\"", "hidden_act: is 'gelu'")]
    [InlineData("\"attention_bias\":false", "\"attention_bias\":true", "attention_bias: is true")]
    [InlineData("\"rope_type\":\"llama3\"", "\"rope_type\":\"yarn\"", "rope_scaling: is of type 'yarn'")]
    [InlineData("\"factor\":32.0", "\"factor\":\"x\"", "rope_scaling: has factor NaN")]
    [InlineData("LlamaForCausalLM", "FooForCausalLM", "'FooForCausalLM' is not supported")]
    [InlineData("\"hidden_act\"", "\"quantization_config\":{},\"hidden_act\"", "quantised")]
    public void Read_WhatCannotBeComputed_IsRefused(string from, string to, string told)
    {
        Assert.Null(Read(Llama.Replace(from, to, StringComparison.Ordinal), out var problems, out _));
        Assert.Contains(problems.Found, p => p.ToString().Contains(told, StringComparison.Ordinal));
    }

    private static DecoderConfig? Read(string text, out Problems found, out int[] ends)
    {
        using var checkpoint = new TestCheckpoint();
        checkpoint.Write("config.json", text);
        found = new Problems();
        return ModelConfigFile.Read(checkpoint.File("config.json"), found, out _, out ends);
    }
}
