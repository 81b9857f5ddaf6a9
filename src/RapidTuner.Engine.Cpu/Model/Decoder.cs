using RapidTuner.Core.Errors;
using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Engine.Cpu.Model;

/// <summary>A decoder's weights in memory, ready to compute with.</summary>
internal sealed class Decoder : IDisposable
{
    private const int BadTensorsTold = 20;

    private Decoder(DecoderConfig config, NativeBuffer embedding, LayerWeights[] layers, float[] finalNorm, PackedMatrix head)
    {
        Config = config;
        Embedding = embedding;
        Layers = layers;
        FinalNorm = finalNorm;
        Head = head;
        Frequencies = RotaryFrequencies.Of(config);
    }

    public DecoderConfig Config { get; }

    /// <summary>Vocabulary × hidden, row-major, 32-bit.</summary>
    public NativeBuffer Embedding { get; }

    public LayerWeights[] Layers { get; }

    public float[] FinalNorm { get; }

    public PackedMatrix Head { get; }

    /// <summary>Radians per token of each pair of a head.</summary>
    public float[] Frequencies { get; }

    /// <summary>Bytes that a decode step reads whatever its batch: all packed weights (of a mixture, those of all experts).</summary>
    public long WeightBytes => Head.Bytes + Layers.Sum(l => l.Bytes);

    /// <summary>Packs every tensor of <paramref name="source"/>; rows in parallel. Weights that are no numbers are all told at once.</summary>
    /// <exception cref="BadInputException">Tensors are missing, misshapen or hold NaN or infinities.</exception>
    public static Decoder Load(DecoderConfig config, ITensorSource source, bool mixtralNames, WeightFormat format)
    {
        var found = new Problems();
        var names = new TensorNames(config, mixtralNames);
        source.Check(names.All(), found);
        found.ThrowIfAny();
        var reader = new PackingReader(source, format);
        var layers = new LayerWeights[config.Layers];
        for (var layer = 0; layer < layers.Length; layer++)
        {
            var experts = config.Experts > 0 ? Enumerable.Range(0, config.Experts).ToArray() : [-1];
            layers[layer] = new LayerWeights
            {
                AttentionNorm = reader.Vector(names.AttentionNorm(layer)),
                FeedForwardNorm = reader.Vector(names.FeedForwardNorm(layer)),
                Qkv = reader.Matrix(names.Qkv(layer), config.QkvBias ? names.QkvBias(layer) : null),
                QueryNorm = config.QkNorm ? reader.Vector(names.QueryNorm(layer)) : null,
                KeyNorm = config.QkNorm ? reader.Vector(names.KeyNorm(layer)) : null,
                AttentionOut = reader.Matrix([names.AttentionOut(layer)], null),
                Router = config.Experts > 0 ? reader.Matrix([names.Router(layer)], null) : null,
                GateUp = [.. experts.Select(e => reader.Matrix(names.GateUp(layer, e), null))],
                Down = [.. experts.Select(e => reader.Matrix([names.Down(layer, e)], null))],
            };
        }

        var decoder = new Decoder(config, reader.Table(names.Embedding), layers, reader.Vector(names.FinalNorm), reader.Matrix([names.Head], null));
        foreach (var bad in reader.NotFinite.Order(StringComparer.Ordinal).Take(BadTensorsTold))
        {
            found.Add(bad, "holds NaN or an infinity", "give a checkpoint of finite weights");
        }

        if (found.Any)
        {
            decoder.Dispose();
            found.ThrowIfAny();
        }

        return decoder;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Embedding.Dispose();
        Head.Dispose();
        foreach (var layer in Layers)
        {
            layer.Dispose();
        }
    }
}
