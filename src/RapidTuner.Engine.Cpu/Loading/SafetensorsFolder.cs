using System.Text.Json;
using RapidTuner.Core.Errors;
using RapidTuner.Engine.Cpu.Model;

namespace RapidTuner.Engine.Cpu.Loading;

/// <summary>A checkpoint's tensors: one file, or shards that an index names.</summary>
internal sealed class SafetensorsFolder : ITensorSource, IDisposable
{
    private const string SingleName = "model.safetensors";
    private const string IndexName = "model.safetensors.index.json";
    private const int ShardsMax = 4096;

    private static readonly string[] FloatTypes = ["F32", "F16", "BF16"];

    private readonly string _folder;
    private readonly List<SafetensorsFile> _files = [];
    private readonly Dictionary<string, (SafetensorsFile File, TensorEntry Entry)> _tensors = new(StringComparer.Ordinal);

    private SafetensorsFolder(string folder) => _folder = folder;

    /// <summary>Opens every file of a checkpoint; whatever is wrong with any is told.</summary>
    public static SafetensorsFolder Open(string folder, Problems found)
    {
        var opened = new SafetensorsFolder(folder);
        foreach (var name in FileNames(folder, found))
        {
            if (SafetensorsFile.Open(Path.Combine(folder, name), found) is { } file)
            {
                opened._files.Add(file);
                foreach (var (tensor, entry) in file.Entries)
                {
                    if (!opened._tensors.TryAdd(tensor, (file, entry)))
                    {
                        found.Add($"{file.Path}: {tensor}", $"stands in {opened._tensors[tensor].File.Path} too", "give one checkpoint's files alone");
                    }
                }
            }
        }

        return opened;
    }

    /// <inheritdoc/>
    public void Check(IReadOnlyList<TensorShape> wanted, Problems found)
    {
        foreach (var tensor in wanted)
        {
            var where = $"{_folder}: {tensor.Name}";
            var shape = tensor.IsVector ? $"[{tensor.Columns}]" : $"[{tensor.Rows}, {tensor.Columns}]";
            if (!_tensors.TryGetValue(tensor.Name, out var held))
            {
                found.Add(where, "is missing", $"the configuration demands a tensor of shape {shape}");
            }
            else if (held.Entry.ShapeText != shape)
            {
                found.Add(where, $"has shape {held.Entry.ShapeText}", $"the configuration demands {shape}");
            }
            else if (!FloatTypes.Contains(held.Entry.Type))
            {
                found.Add(where, $"is of type {held.Entry.Type}", $"give a checkpoint in {string.Join(", ", FloatTypes)}");
            }
        }
    }

    /// <inheritdoc/>
    public void ReadRow(TensorShape tensor, int row, Span<float> into)
    {
        var (file, entry) = _tensors[tensor.Name];
        file.Read(entry, (long)row * tensor.Columns, into);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }
    }

    private static List<string> FileNames(string folder, Problems found)
    {
        if (!File.Exists(Path.Combine(folder, IndexName)))
        {
            return [SingleName];
        }

        var path = Path.Combine(folder, IndexName);
        using var index = BoundedJson.Read(path, BoundedJson.TableBytesMax, found);
        if (index?.RootElement.Member("weight_map") is not { ValueKind: JsonValueKind.Object } map)
        {
            found.Add(path, "has no weight_map", "fetch the index again");
            return [];
        }

        var names = map.EnumerateObject().Select(m => m.Value.ValueKind == JsonValueKind.String ? m.Value.GetString()! : "").Distinct(StringComparer.Ordinal).Take(ShardsMax).ToList();
        foreach (var name in names.Where(n => !IsPlain(n)))
        {
            found.Add($"{path}: weight_map", $"names the file '{name}'", "shards lie in the index's own folder and end in .safetensors");
        }

        return [.. names.Where(IsPlain)];
    }

    private static bool IsPlain(string name) =>
        name.EndsWith(".safetensors", StringComparison.Ordinal) && name == Path.GetFileName(name) && !name.Contains('\\') && name.IndexOfAny(Path.GetInvalidFileNameChars()) < 0;
}
