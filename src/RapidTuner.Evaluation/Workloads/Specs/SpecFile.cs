using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using RapidTuner.Core.Errors;
using RapidTuner.Evaluation.Workloads.Reading;

namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>Reads and writes spec files.</summary>
public static class SpecFile
{
    private const int BytesMax = 1 << 24;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 16,
    };

    /// <summary>Reads and checks a spec, its references to other specs of the folder resolved.</summary>
    /// <exception cref="BadInputException">It is no JSON, has an unknown field, or a value that cannot be; all values at once.</exception>
    public static WorkloadSpec Read(string path)
    {
        var spec = Parse(path);
        return spec with { Components = [.. spec.Components.Select(part => Resolved(path, part))] };
    }

    /// <summary>The document: objects over lines, numbers of one list on one line.</summary>
    public static string Write(WorkloadSpec spec)
    {
        var text = new StringBuilder();
        Append(text, JsonSerializer.SerializeToNode(spec, Options)!, 0);
        return text.Append('\n').ToString();
    }

    /// <summary>Gives back a known SLO class; <paramref name="where"/> names what gave it.</summary>
    /// <exception cref="BadInputException">There is no such class.</exception>
    public static string KnownSloClass(string sloClass, string where) =>
        SpecChecks.SloClasses.Contains(sloClass)
            ? sloClass
            : throw new BadInputException(where, $"is `{sloClass}`", $"give one of {string.Join(", ", SpecChecks.SloClasses)}");

    private static WorkloadSpec Parse(string path)
    {
        WorkloadSpec? spec;
        try
        {
            spec = JsonSerializer.Deserialize<WorkloadSpec>(LineReader.ReadAll(path, BytesMax), Options);
        }
        catch (JsonException fault)
        {
            throw new BadInputException($"{path}:{fault.LineNumber + 1}:{fault.BytePositionInLine + 1}", $"is no workload spec: {Reason(fault)}", "docs/workloads.md lists the fields");
        }

        spec ??= new WorkloadSpec();
        var problems = new Problems();
        new SpecChecks(path, problems).Check(spec);
        problems.ThrowIfAny();
        return spec;
    }

    private static string Reason(JsonException fault)
    {
        var end = fault.Message.IndexOf(" Path:", StringComparison.Ordinal);
        var what = end < 0 ? fault.Message : fault.Message[..end];
        return $"{what.TrimEnd('.')} ({fault.Path ?? "$"})";
    }

    private static ComponentSpec Resolved(string path, ComponentSpec part)
    {
        if (part.Lengths.Like is not { } like)
        {
            return part;
        }

        var other = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".", like + ".json");
        if (!File.Exists(other))
        {
            throw new BadInputException(path, $"component {part.Name} is like {like}, and there is no {other}", "name a spec of the same folder");
        }

        var lengths = Parse(other).Components[0].Lengths;
        return lengths.Like is null
            ? part with { Lengths = lengths with { Drift = null } }
            : throw new BadInputException(path, $"component {part.Name} is like {like}, which is like another", "name a spec that has lengths of its own");
    }

    private static void Append(StringBuilder text, JsonNode node, int depth)
    {
        var (open, close, entries) = node switch
        {
            JsonObject fields => ('{', '}', fields.Select(field => (Key: (string?)field.Key, field.Value)).ToArray()),
            JsonArray items when items.Any(item => item is not JsonValue) => ('[', ']', items.Select(item => (Key: (string?)null, Value: item)).ToArray()),
            _ => (' ', ' ', null!),
        };
        if (entries is null)
        {
            text.Append(node.ToJsonString(Options));
            return;
        }

        text.Append(open);
        for (var i = 0; i < entries.Length; i++)
        {
            text.Append(i == 0 ? "\n" : ",\n").Append(' ', 2 * (depth + 1));
            if (entries[i].Key is { } key)
            {
                text.Append('"').Append(key).Append("\": ");
            }

            Append(text, entries[i].Value!, depth + 1);
        }

        text.Append('\n').Append(' ', 2 * depth).Append(close);
    }
}
