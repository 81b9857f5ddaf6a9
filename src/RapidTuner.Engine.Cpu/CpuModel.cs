using RapidTuner.Engine.Cpu.Model;
using RapidTuner.Engine.Cpu.Numerics;
using RapidTuner.Engine.Cpu.Text;

namespace RapidTuner.Engine.Cpu;

/// <summary>A model in memory: its name, shape, weights and tokenizer.</summary>
public sealed class CpuModel : IDisposable
{
    internal CpuModel(string name, Decoder decoder, ITokenizer tokenizer)
    {
        Name = name;
        Decoder = decoder;
        Tokenizer = tokenizer;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its shape.</summary>
    public DecoderConfig Config => Decoder.Config;

    /// <summary>Bytes of weights that a decode step reads (of a mixture, those of all experts).</summary>
    public long WeightBytes => Decoder.WeightBytes;

    internal Decoder Decoder { get; }

    internal ITokenizer Tokenizer { get; }

    /// <summary>
    /// A small model made by generation, for a start without files: seeded random weights in Llama 3's shape and a byte-level tokenizer. Its replies
    /// mean nothing; everything else about them is real.
    /// </summary>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="weights">How they are held.</param>
    public static CpuModel Generate(ulong seed, WeightFormat weights) => Generate("tiny-random", TinyConfig, seed, weights);

    /// <summary>A model of any shape with seeded random weights.</summary>
    /// <param name="name">What to call it.</param>
    /// <param name="config">Its shape; the vocabulary is at least <see cref="ByteTokenizer.Vocabulary"/>.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="weights">How they are held.</param>
    public static CpuModel Generate(string name, DecoderConfig config, ulong seed, WeightFormat weights)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(config.Vocabulary, ByteTokenizer.Vocabulary, nameof(config));
        return new CpuModel(name, Decoder.Load(config, new RandomTensors(seed), mixtralNames: false, weights), new ByteTokenizer());
    }

    /// <summary>Shape of the generated model: 4.8 million weights, some 15 MFLOP a token.</summary>
    public static DecoderConfig TinyConfig { get; } = new()
    {
        Layers = 6,
        Hidden = 256,
        Heads = 8,
        KvHeads = 2,
        HeadDim = 32,
        FeedForward = 768,
        Vocabulary = ByteTokenizer.Vocabulary,
        ContextTokens = 8192,
        RopeTheta = 500_000,
    };

    /// <inheritdoc/>
    public void Dispose() => Decoder.Dispose();
}
