using RapidTuner.Engine.Cpu.Model;
using RapidTuner.Engine.Cpu.Numerics;
using RapidTuner.Engine.Cpu.Text;

namespace RapidTuner.Engine.Cpu;

/// <summary>A model in memory: its name, shape, weights and tokenizer.</summary>
public sealed class CpuModel : IDisposable
{
    /// <summary>Name of the smallest generated model.</summary>
    public const string TinyName = "tiny-random";

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
    public static CpuModel Generate(ulong seed, WeightFormat weights) => Generate(TinyName, seed, weights);

    /// <summary>One of <see cref="Generated"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="weights">How they are held.</param>
    public static CpuModel Generate(string name, ulong seed, WeightFormat weights) => Generate(name, Generated[name], seed, weights);

    /// <summary>A checkpoint in Hugging Face's layout: <c>config.json</c>, <c>tokenizer.json</c>, safetensors in one file or sharded.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="weights">How weights are held.</param>
    /// <exception cref="Core.Errors.BadInputException">Something is missing, unsupported or damaged; all of it is told.</exception>
    public static CpuModel Load(string folder, WeightFormat weights) => Loading.ModelFolder.Load(folder, weights);

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

    /// <summary>Shape of the smallest generated model: 4.7 million weights, some 9 MFLOP a token.</summary>
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

    /// <summary>The generated models by name: the tiny one fits the caches; the small one, 104 million weights, does not, so that its decode steps wait for memory as a large model's do.</summary>
    public static IReadOnlyDictionary<string, DecoderConfig> Generated { get; } = new SortedDictionary<string, DecoderConfig>(StringComparer.OrdinalIgnoreCase)
    {
        [TinyName] = TinyConfig,
        ["small-random"] = TinyConfig with { Layers = 12, Hidden = 768, Heads = 12, KvHeads = 4, HeadDim = 64, FeedForward = 3072 },
    };

    /// <inheritdoc/>
    public void Dispose() => Decoder.Dispose();
}
