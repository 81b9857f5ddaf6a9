using System.Text;
using RapidTuner.Engine.Cpu.Model;
using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Bench.Peers;

/// <summary>Writes a generated Llama as GGUF (version 3; https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), without a vocabulary, matrices as bf16 or 32-bit.</summary>
internal static class GgufFile
{
    private const int AlignmentBytes = 32;
    private const uint TypeU32 = 4;
    private const uint TypeF32 = 6;
    private const uint TypeString = 8;
    private const uint TensorF32 = 0;
    private const uint TensorBFloat16 = 30;

    public static void Write(string path, DecoderConfig config, ITensorSource source, bool bf16)
    {
        using var file = new BinaryWriter(File.Create(path));
        var names = new TensorNames(config, mixtralNames: false);
        var tensors = Tensors(config, names).ToArray();
        file.Write("GGUF"u8);
        file.Write(3u);
        file.Write((ulong)tensors.Length);
        var facts = Facts(config).ToArray();
        file.Write((ulong)facts.Length);
        foreach (var (key, value) in facts)
        {
            Text(file, key);
            Value(file, value);
        }

        var offset = 0UL;
        foreach (var (name, shape, _) in tensors)
        {
            Text(file, name);
            file.Write(shape.IsVector ? 1u : 2u);
            file.Write((ulong)shape.Columns);
            if (!shape.IsVector)
            {
                file.Write((ulong)shape.Rows);
            }

            var packed = bf16 && !shape.IsVector;
            file.Write(packed ? TensorBFloat16 : TensorF32);
            file.Write(offset);
            var bytes = (ulong)shape.Rows * (ulong)shape.Columns * (packed ? 2UL : 4UL);
            offset += (bytes + AlignmentBytes - 1) / AlignmentBytes * AlignmentBytes;
        }

        foreach (var (_, shape, headDim) in tensors)
        {
            Pad(file);
            Rows(file, shape, headDim, source, bf16 && !shape.IsVector);
        }

        Pad(file);
    }

    private static IEnumerable<(string Key, object Value)> Facts(DecoderConfig config) =>
    [
        ("general.architecture", "llama"), ("general.alignment", (uint)AlignmentBytes), ("llama.context_length", (uint)config.ContextTokens), ("llama.embedding_length", (uint)config.Hidden),
        ("llama.block_count", (uint)config.Layers), ("llama.feed_forward_length", (uint)config.FeedForward), ("llama.attention.head_count", (uint)config.Heads),
        ("llama.attention.head_count_kv", (uint)config.KvHeads), ("llama.attention.key_length", (uint)config.HeadDim), ("llama.attention.value_length", (uint)config.HeadDim),
        ("llama.attention.layer_norm_rms_epsilon", (float)config.NormEpsilon), ("llama.rope.dimension_count", (uint)config.HeadDim), ("llama.rope.freq_base", (float)config.RopeTheta),
        ("llama.vocab_size", (uint)config.Vocabulary), ("tokenizer.ggml.model", "none"),
    ];

    // Queries and keys pair neighbours there and halves here: their heads' rows are put in that order.
    private static IEnumerable<(string Name, TensorShape Shape, int HeadDim)> Tensors(DecoderConfig config, TensorNames names)
    {
        yield return ("token_embd.weight", names.Embedding, 0);
        yield return ("output_norm.weight", names.FinalNorm, 0);
        yield return ("output.weight", names.Head, 0);
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var (qkv, gateUp) = (names.Qkv(layer), names.GateUp(layer, -1));
            yield return ($"blk.{layer}.attn_norm.weight", names.AttentionNorm(layer), 0);
            yield return ($"blk.{layer}.attn_q.weight", qkv[0], config.HeadDim);
            yield return ($"blk.{layer}.attn_k.weight", qkv[1], config.HeadDim);
            yield return ($"blk.{layer}.attn_v.weight", qkv[2], 0);
            yield return ($"blk.{layer}.attn_output.weight", names.AttentionOut(layer), 0);
            yield return ($"blk.{layer}.ffn_norm.weight", names.FeedForwardNorm(layer), 0);
            yield return ($"blk.{layer}.ffn_gate.weight", gateUp[0], 0);
            yield return ($"blk.{layer}.ffn_up.weight", gateUp[1], 0);
            yield return ($"blk.{layer}.ffn_down.weight", names.Down(layer, -1), 0);
        }
    }

    private static void Rows(BinaryWriter file, TensorShape shape, int headDim, ITensorSource source, bool bf16)
    {
        var row = new float[shape.Columns];
        for (var i = 0; i < shape.Rows; i++)
        {
            var within = headDim > 0 ? i % headDim : 0;
            source.ReadRow(shape, headDim > 0 ? i - within + (within / 2) + (within % 2 * headDim / 2) : i, row);
            foreach (var value in row)
            {
                if (bf16)
                {
                    file.Write(PackedMatrix.ToBFloat16(value));
                }
                else
                {
                    file.Write(value);
                }
            }
        }
    }

    private static void Value(BinaryWriter file, object value)
    {
        switch (value)
        {
            case uint whole:
                file.Write(TypeU32);
                file.Write(whole);
                break;
            case float real:
                file.Write(TypeF32);
                file.Write(real);
                break;
            default:
                file.Write(TypeString);
                Text(file, (string)value);
                break;
        }
    }

    private static void Text(BinaryWriter file, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        file.Write((ulong)bytes.Length);
        file.Write(bytes);
    }

    private static void Pad(BinaryWriter file)
    {
        while (file.BaseStream.Position % AlignmentBytes != 0)
        {
            file.Write((byte)0);
        }
    }
}
