using System.Reflection;
using System.Text.Json;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Artefacts;
using RapidTuner.Learning.Tables;
using RapidTuner.Learning.Trees;

namespace RapidTuner.Learning.Latency;

/// <summary>Latency models as artefacts: bounded and checked before anything is believed (see <see cref="ArtefactFile"/>).</summary>
public static class LatencyModelFile
{
    /// <summary>Most trees of a phase in a file.</summary>
    private const int TreesMax = 4096;

    private const string PrefillSection = "prefill";
    private const string DecodeSection = "decode";

    /// <summary>Writes a model; it appears under its name only when it is whole and on disk.</summary>
    public static void Save(LatencyModel model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        var (prefill, decode) = (model.Of(Core.Phase.Prefill), model.Of(Core.Phase.Decode));
        var sections = new List<SectionSpec>();
        using var payload = new MemoryStream();
        foreach (var (name, trees) in new[] { (PrefillSection, prefill.Trees), (DecodeSection, decode.Trees) })
        {
            if (trees is not null)
            {
                var bytes = TreeEnsembleCodec.Write(trees);
                sections.Add(new SectionSpec(name, bytes.Length));
                payload.Write(bytes);
            }
        }

        var header = new LatencyModelHeader
        {
            Kind = LatencyModelHeader.KindName,
            // Without the commit: the same samples and options give the same bytes.
            Program = typeof(LatencyModelFile).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "",
            Features = LatencyFeatures.Names,
            Constants = StepLawConstants.Names,
            Scene = model.Scene,
            Report = model.Report,
            Prefill = PhaseHeader.Of(prefill),
            Decode = PhaseHeader.Of(decode),
            Sections = sections,
        };
        ArtefactFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(header, ArtefactFile.Json), payload.ToArray());
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="BadInputException">The file is damaged, crafted, newer than this program or of another kind.</exception>
    public static LatencyModel Load(string path)
    {
        var (bytes, payload) = ArtefactFile.Read(path);
        LatencyModelHeader? header;
        try
        {
            header = JsonSerializer.Deserialize<LatencyModelHeader>(bytes.Span, ArtefactFile.Json);
        }
        catch (JsonException bad)
        {
            throw Refused(path, $"has a header that cannot be read ({bad.Message.Split('.')[0]})");
        }

        if (FaultOf(header) is { } fault)
        {
            throw Refused(path, fault);
        }

        var trees = Sections(path, header!, payload);
        return new LatencyModel(
            header!.Scene!,
            header.Prefill!.ToPhase(trees.GetValueOrDefault(PrefillSection)),
            header.Decode!.ToPhase(trees.GetValueOrDefault(DecodeSection)),
            header.Report ?? new LatencyReport());
    }

    private static string? FaultOf(LatencyModelHeader? header)
    {
        if (header?.Kind != LatencyModelHeader.KindName)
        {
            return "is no model of step latencies";
        }

        if (!header.Features.SequenceEqual(LatencyFeatures.Names, StringComparer.Ordinal) || !header.Constants.SequenceEqual(StepLawConstants.Names, StringComparer.Ordinal))
        {
            return "was made for other features or another law";
        }

        return (header.Scene is null ? "does not say of which device and model it is" : header.Scene.Fault()) ?? (header.Prefill is null || header.Decode is null ? "lacks a phase" : header.Prefill.Fault() ?? header.Decode.Fault());
    }

    private static Dictionary<string, TreeEnsemble> Sections(string path, LatencyModelHeader header, ReadOnlyMemory<byte> payload)
    {
        var sections = new Dictionary<string, TreeEnsemble>(StringComparer.Ordinal);
        var at = 0L;
        foreach (var section in header.Sections)
        {
            if (section is null || section.Name is not (PrefillSection or DecodeSection) || section.Bytes < 0 || section.Bytes > payload.Length - at || sections.ContainsKey(section.Name))
            {
                throw Refused(path, "has sections that do not fit its size, or one twice");
            }

            var trees = TreeEnsembleCodec.Read(payload.Slice((int)at, (int)section.Bytes), $"{path}: {section.Name}");
            if (trees.Features != LatencyFeatures.Count || trees.Trees > TreesMax || trees.Link != OutputLink.Identity)
            {
                throw Refused(path, $"has {trees.Trees} trees of {trees.Features} features where a step has {LatencyFeatures.Count}");
            }

            sections.Add(section.Name, trees);
            at += section.Bytes;
        }

        return sections;
    }

    private static BadInputException Refused(string path, string what) => new(path, what, "train the model again");
}
