using System.Text.Json;
using RapidTuner.Core.Errors;
using RapidTuner.Engine.Cpu.Model;

namespace RapidTuner.Engine.Cpu.Loading;

/// <summary>Reads a checkpoint's <c>config.json</c>. What this engine would compute wrongly is refused, not ignored.</summary>
internal sealed class ModelConfigFile
{
    /// <summary>Architectures that are supported.</summary>
    public static readonly string[] Architectures =
        ["LlamaForCausalLM", "MistralForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM", "MixtralForCausalLM", "Qwen3MoeForCausalLM"];

    private readonly string _path;
    private readonly JsonElement _root;
    private readonly Problems _found;

    private ModelConfigFile(string path, JsonElement root, Problems found) => (_path, _root, _found) = (path, root, found);

    /// <summary>Reads the file at <paramref name="path"/>; null with everything wrong told.</summary>
    /// <param name="path">The file.</param>
    /// <param name="found">What is wrong.</param>
    /// <param name="architecture">The architecture, one of <see cref="Architectures"/>.</param>
    /// <param name="endTokens">Tokens that the file says end a reply.</param>
    public static DecoderConfig? Read(string path, Problems found, out string architecture, out int[] endTokens)
    {
        (architecture, endTokens) = ("", []);
        using var document = BoundedJson.Read(path, BoundedJson.SmallBytesMax, found);
        if (document is null)
        {
            return null;
        }

        var own = new Problems();
        var file = new ModelConfigFile(path, document.RootElement, own);
        architecture = file.Architecture();
        endTokens = EndTokens(document.RootElement);
        var config = Architectures.Contains(architecture) ? file.Config(architecture) : null;
        config?.Check(path, own);
        found.AddAll(own);
        return own.Any ? null : config;
    }

    /// <summary>The value of <c>eos_token_id</c>: a number or several.</summary>
    public static int[] EndTokens(JsonElement root) => root.Member("eos_token_id") switch
    {
        { ValueKind: JsonValueKind.Number } one when one.TryGetInt32(out var id) => [id],
        { ValueKind: JsonValueKind.Array } many => [.. many.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out _)).Select(e => e.GetInt32()).Take(64)],
        _ => [],
    };

    private string Architecture()
    {
        var named = _root.Member("architectures") is { ValueKind: JsonValueKind.Array } all && all.GetArrayLength() > 0 && all[0].ValueKind == JsonValueKind.String ? all[0].GetString()! : "";
        if (!Architectures.Contains(named))
        {
            _found.Add($"{_path}: architectures", named.Length == 0 ? "names none" : $"'{named}' is not supported", $"supported: {string.Join(", ", Architectures)}");
        }

        return named;
    }

    private DecoderConfig Config(string architecture)
    {
        RefuseOthers(architecture);
        var hidden = Whole("hidden_size");
        var heads = Whole("num_attention_heads");
        var mixture = architecture is "MixtralForCausalLM" or "Qwen3MoeForCausalLM";
        return new DecoderConfig
        {
            Layers = Whole("num_hidden_layers"),
            Hidden = hidden,
            Heads = heads,
            KvHeads = Whole("num_key_value_heads", heads),
            HeadDim = Whole("head_dim", heads > 0 ? hidden / heads : 0),
            FeedForward = architecture == "Qwen3MoeForCausalLM" ? Whole("moe_intermediate_size") : Whole("intermediate_size"),
            Vocabulary = Whole("vocab_size"),
            ContextTokens = Context(),
            NormEpsilon = Number("rms_norm_eps", 1e-6),
            RopeTheta = Number("rope_theta", 10_000),
            RopeScaling = Scaling(),
            QkvBias = architecture == "Qwen2ForCausalLM",
            QkNorm = architecture is "Qwen3ForCausalLM" or "Qwen3MoeForCausalLM",
            TiedEmbeddings = _root.Flag("tie_word_embeddings"),
            Experts = !mixture ? 0 : architecture == "MixtralForCausalLM" ? Whole("num_local_experts") : Whole("num_experts"),
            ExpertsPerToken = mixture ? Whole("num_experts_per_tok") : 0,
            NormaliseExperts = architecture != "Qwen3MoeForCausalLM" || _root.Flag("norm_topk_prob"),
        };
    }

    private void RefuseOthers(string architecture)
    {
        if ((_root.Text("hidden_act") ?? "silu") != "silu")
        {
            _found.Add($"{_path}: hidden_act", $"is '{_root.Text("hidden_act")}'", "supported: silu");
        }

        foreach (var flag in new[] { "mlp_bias", "attention_bias" }.Where(f => _root.Flag(f)))
        {
            _found.Add($"{_path}: {flag}", "is true", "supported: false (Qwen 2 has biases of its own)");
        }

        if (_root.Member("partial_rotary_factor") is { } partial && !(partial.ValueKind == JsonValueKind.Number && partial.GetDouble() == 1))
        {
            _found.Add($"{_path}: partial_rotary_factor", $"is {partial.GetRawText()}", "supported: 1");
        }

        if (_root.Member("quantization_config") is not null)
        {
            _found.Add($"{_path}: quantization_config", "says that the weights are quantised", "give the checkpoint in F32, F16 or BF16");
        }

        if (architecture == "Qwen3MoeForCausalLM" && (Whole("decoder_sparse_step", 1) != 1 || (_root.Member("mlp_only_layers") is { ValueKind: JsonValueKind.Array } dense && dense.GetArrayLength() > 0)))
        {
            _found.Add(_path, "mixes dense layers with layers of experts", "supported: experts in every layer");
        }
    }

    // Attention over a sliding window is full attention as long as the window holds everything: the context is cut to it.
    private int Context()
    {
        var context = Whole("max_position_embeddings");
        var slides = _root.Member("use_sliding_window") is not { } use || use.ValueKind == JsonValueKind.True;
        return slides && _root.Member("sliding_window") is { ValueKind: JsonValueKind.Number } ? Math.Min(context, Whole("sliding_window")) : context;
    }

    private RopeScaling? Scaling()
    {
        if (_root.Member("rope_scaling") is not { } scaling)
        {
            return null;
        }

        var type = scaling.Text("rope_type") ?? scaling.Text("type") ?? "";
        switch (type)
        {
            case "default":
                return null;
            case "llama3":
                double Part(string name) => scaling.Member(name) is { ValueKind: JsonValueKind.Number } part ? part.GetDouble() : double.NaN;
                var original = Part("original_max_position_embeddings");
                return new RopeScaling(Part("factor"), Part("low_freq_factor"), Part("high_freq_factor"), original is >= 1 and <= int.MaxValue ? (int)original : 0);
            default:
                _found.Add($"{_path}: rope_scaling", $"is of type '{type}'", "supported: llama3, default, or null");
                return null;
        }
    }

    private int Whole(string name, int? otherwise = null)
    {
        switch (_root.Member(name))
        {
            case null when otherwise is { } value:
                return value;
            case null:
                _found.Add($"{_path}: {name}", "is missing", "give a whole number");
                return 0;
            case { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var whole):
                return whole;
            case { } other:
                _found.Add($"{_path}: {name}", $"is {Short(other)}", "give a whole number");
                return 0;
        }
    }

    private double Number(string name, double otherwise)
    {
        switch (_root.Member(name))
        {
            case null:
                return otherwise;
            case { ValueKind: JsonValueKind.Number } number:
                return number.GetDouble();
            case { } other:
                _found.Add($"{_path}: {name}", $"is {Short(other)}", "give a number");
                return otherwise;
        }
    }

    private static string Short(JsonElement value) => value.GetRawText() is { Length: > 40 } longer ? longer[..40] + "…" : value.GetRawText();
}
