using System.Reflection;
using System.Text.Json;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Artefacts;
using RapidTuner.Learning.Trees;

namespace RapidTuner.Learning.Forecasting.Training;

/// <summary>Forecast models as artefacts: bounded and checked before anything is believed (see <see cref="ArtefactFile"/>).</summary>
public static class ForecastModelFile
{
    /// <summary>Most trees in a file.</summary>
    private const int TreesMax = 4096;

    /// <summary>Writes a model; it appears under its name only when it is whole and on disk.</summary>
    public static void Save(ForecastModel model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        var header = new ForecastModelHeader
        {
            Kind = ForecastModelHeader.KindName,
            // Without the commit: the same windows and options give the same bytes.
            Program = typeof(ForecastModelFile).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "",
            Features = ForecastInputs.Names,
            HorizonsS = Horizons.S.ToArray(),
            Serves = [.. Enumerable.Range(0, Horizons.Count).Select(model.Trees.Serves)],
            Load = model.Load,
            Series = ForecastTarget.NameOf(model.Series),
            Report = model.Report,
        };
        ArtefactFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(header, ArtefactFile.Json), TreeEnsembleCodec.Write(model.Trees.Ensemble));
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="BadInputException">The file is damaged, crafted, newer than this program or of another kind.</exception>
    public static ForecastModel Load(string path)
    {
        var (bytes, payload) = ArtefactFile.Read(path);
        ForecastModelHeader? header;
        try
        {
            header = JsonSerializer.Deserialize<ForecastModelHeader>(bytes.Span, ArtefactFile.Json);
        }
        catch (JsonException bad)
        {
            throw Refused(path, $"has a header that cannot be read ({bad.Message.Split('.')[0]})");
        }

        if (FaultOf(header) is { } fault)
        {
            throw Refused(path, fault);
        }

        var trees = TreeEnsembleCodec.Read(payload, path);
        if (trees.Features != ForecastInputs.Count || trees.Trees > TreesMax || trees.Link != OutputLink.Identity)
        {
            throw Refused(path, $"has {trees.Trees} trees of {trees.Features} features where a forecast has {ForecastInputs.Count}");
        }

        return new ForecastModel(header!.Load, ForecastTarget.SeriesOf(header.Series)!.Value, new ForecastTrees(trees, [.. header.Serves]), header.Report!);
    }

    private static string? FaultOf(ForecastModelHeader? header) =>
        header?.Kind != ForecastModelHeader.KindName ? "is no forecast of a load"
        : !(header.Features ?? []).SequenceEqual(ForecastInputs.Names, StringComparer.Ordinal) || !(header.HorizonsS ?? []).SequenceEqual(Horizons.S.ToArray()) ? "was made for other features or horizons"
        : header.Serves?.Count != Horizons.Count || header.Report is null || header.Load is null || ForecastTarget.SeriesOf(header.Series) is null ? "does not say of which series it is"
        : null;

    private static BadInputException Refused(string path, string what) => new(path, what, "train the model again");
}
