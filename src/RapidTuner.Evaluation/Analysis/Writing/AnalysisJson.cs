using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace RapidTuner.Evaluation.Analysis.Writing;

/// <summary>A report as one JSON document: the record's members in snake case, enumerations as words, what was not measured null.</summary>
public static class AnalysisJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new FiniteNumbers(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>The document.</summary>
    public static string Of(AnalysisReport report) => JsonSerializer.Serialize(report, Options);

    /// <summary>The document as nodes.</summary>
    internal static JsonObject NodesOf(AnalysisReport report) => JsonSerializer.SerializeToNode(report, Options)!.AsObject();
}
