using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using RapidTuner.Core.Errors;
using RapidTuner.Engine.Cpu.Model;
using RapidTuner.Engine.Cpu.Text;

namespace RapidTuner.Engine.Cpu.Tests.Loading;

/// <summary>A checkpoint in a folder of its own, made for one test.</summary>
internal sealed class TestCheckpoint : IDisposable
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public TestCheckpoint() => Directory.CreateDirectory(Folder);

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "rapidtuner-checkpoint-" + Guid.NewGuid().ToString("N"));

    public string File(string name) => Path.Combine(Folder, name);

    public void Write(string name, string text) => System.IO.File.WriteAllText(File(name), text);

    /// <summary>A safetensors file with that header and so many bytes of data.</summary>
    public string Raw(string header, int dataBytes, ulong? length = null, string name = "model.safetensors")
    {
        var text = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + text.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length ?? (ulong)text.Length);
        text.CopyTo(bytes, 8);
        System.IO.File.WriteAllBytes(File(name), bytes);
        return File(name);
    }

    /// <summary>Everything that a model needs, with seeded random weights.</summary>
    public void Whole(DecoderConfig config, string architecture, string type, int shards = 1)
    {
        Write("config.json", JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["architectures"] = new[] { architecture },
            ["hidden_size"] = config.Hidden,
            ["num_attention_heads"] = config.Heads,
            ["num_key_value_heads"] = config.KvHeads,
            ["head_dim"] = config.HeadDim,
            ["num_hidden_layers"] = config.Layers,
            ["intermediate_size"] = config.FeedForward,
            ["vocab_size"] = config.Vocabulary,
            ["max_position_embeddings"] = config.ContextTokens,
            ["rms_norm_eps"] = config.NormEpsilon,
            ["rope_theta"] = config.RopeTheta,
            ["num_local_experts"] = config.Experts,
            ["num_experts_per_tok"] = config.ExpertsPerToken,
            ["tie_word_embeddings"] = config.TiedEmbeddings,
            ["eos_token_id"] = 1,
        }));
        Write("tokenizer.json", ByteTokenizerJson());
        var all = new TensorNames(config, architecture == "MixtralForCausalLM").All();
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var shard = 0; shard < shards; shard++)
        {
            var name = shards == 1 ? "model.safetensors" : $"model-{shard}.safetensors";
            var part = all.Where((_, i) => i % shards == shard).ToArray();
            Tensors(name, part, type);
            foreach (var tensor in part)
            {
                map[tensor.Name] = name;
            }
        }

        if (shards > 1)
        {
            Write("model.safetensors.index.json", JsonSerializer.Serialize(new { weight_map = map }));
        }
    }

    /// <summary>A byte-level tokenizer of the 256 bytes and a few merges.</summary>
    public static string ByteTokenizerJson(string model = "BPE", string split = "")
    {
        var vocab = Enumerable.Range(0, 256).ToDictionary(b => ByteCharacters.Of((byte)b).ToString(), b => b, StringComparer.Ordinal);
        var merges = new List<string>();
        foreach (var (left, right) in new[] { ("h", "e"), ("l", "l"), ("he", "ll"), ("hell", "o"), ("Ġ", "w"), ("o", "r"), ("Ġw", "or"), ("l", "d"), ("a", "a"), ("aa", "aa"), ("aa", "a") })
        {
            merges.Add($"{left} {right}");
            vocab[left + right] = vocab.Count;
        }

        var marks = new[] { "<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>" }.Select((content, i) => new { id = vocab.Count + i, content, special = true });
        object before = split.Length == 0
            ? new { type = "ByteLevel", add_prefix_space = false }
            : new { type = "Sequence", pretokenizers = new object[] { new { type = "Split", pattern = new { Regex = split } }, new { type = "ByteLevel", add_prefix_space = false, use_regex = false } } };
        return JsonSerializer.Serialize(new
        {
            added_tokens = marks,
            pre_tokenizer = before,
            post_processor = new { type = "TemplateProcessing", single = new object[] { new { SpecialToken = new { id = "<|begin_of_text|>" } }, new { Sequence = new { id = "A" } } } },
            model = new { type = model, vocab, merges },
        }, Readable);
    }

    public static string[] Told(Action action) => [.. Assert.Throws<BadInputException>(action).Problems.Found.Select(p => p.ToString())];

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Tensors(string name, TensorShape[] tensors, string type)
    {
        var source = new RandomTensors(5);
        var header = new StringBuilder("{");
        using var data = new MemoryStream();
        foreach (var tensor in tensors)
        {
            var begin = data.Length;
            var row = new float[tensor.Columns];
            for (var i = 0; i < tensor.Rows; i++)
            {
                source.ReadRow(tensor, i, row);
                data.Write(type switch
                {
                    "F32" => MemoryMarshal.AsBytes<float>(row),
                    "F16" => MemoryMarshal.AsBytes<Half>(row.Select(v => (Half)v).ToArray()),
                    _ => MemoryMarshal.AsBytes<ushort>(row.Select(v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)).ToArray()),
                });
            }

            var shape = tensor.IsVector ? $"[{tensor.Columns}]" : $"[{tensor.Rows},{tensor.Columns}]";
            header.Append(header.Length > 1 ? "," : "").Append($"\"{tensor.Name}\":{{\"dtype\":\"{type}\",\"shape\":{shape},\"data_offsets\":[{begin},{data.Length}]}}");
        }

        var path = Raw(header.Append('}').ToString(), (int)data.Length, name: name);
        using var file = System.IO.File.OpenWrite(path);
        file.Position = file.Length - data.Length;
        data.WriteTo(file);
    }
}
