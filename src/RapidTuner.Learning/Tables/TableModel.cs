using System.Text.Json;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Artefacts;
using RapidTuner.Learning.Physics;
using RapidTuner.Learning.Trees;

namespace RapidTuner.Learning.Tables;

/// <summary>A model of one column of a table: law, trees, interval. Target, features and loss live in its file.</summary>
public sealed class TableModel
{
    private readonly TreeEnsemble? _residual;
    private readonly TreeEnsemble? _plain;
    private readonly TreeEnsemble? _bare;
    private readonly Conformal _conformal;
    private readonly FeatureSchema _schema;

    internal TableModel(TableModelHeader header, TreeEnsemble? residual, TreeEnsemble? plain, TreeEnsemble? bare, Conformal conformal)
    {
        (Header, _residual, _plain, _bare, _conformal) = (header, residual, plain, bare, conformal);
        _schema = new FeatureSchema(header.Features);
    }

    /// <summary>Column that it predicts.</summary>
    public string Target => Header.Target;

    /// <summary>Which trainer made it.</summary>
    public string Trainer => Header.Trainer;

    /// <summary>What was made small.</summary>
    public string Loss => Header.Loss;

    /// <summary>Rows that it was fitted on.</summary>
    public int Rows => Header.Rows;

    /// <summary>Seconds that its fit took, folds included.</summary>
    public double FitS => Header.FitS;

    /// <summary>Mean absolute percentage error on held-out rows, a fraction; null where targets are not all above 0.</summary>
    public double? HeldOutMape => Header.HeldOutMape;

    /// <summary>Trees of all its parts.</summary>
    public int Trees => (_residual?.Trees ?? 0) + (_plain?.Trees ?? 0) + (_bare?.Trees ?? 0);

    internal TableModelHeader Header { get; }

    /// <summary>Writes it to a file.</summary>
    public void Save(string path)
    {
        var sections = new List<SectionSpec>();
        using var payload = new MemoryStream();
        foreach (var (name, trees) in new[] { ("residual", _residual), ("plain", _plain), ("bare", _bare), ("spread", _conformal.Spread) })
        {
            if (trees is not null)
            {
                var bytes = TreeEnsembleCodec.Write(trees);
                sections.Add(new SectionSpec(name, bytes.Length));
                payload.Write(bytes);
            }
        }

        ArtefactFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(Header with { Sections = sections }, ArtefactFile.Json), payload.ToArray());
    }

    /// <summary>Reads it from a file.</summary>
    /// <exception cref="BadInputException">The file is damaged, crafted, newer than this program or of another kind.</exception>
    public static TableModel Load(string path)
    {
        var (bytes, payload) = ArtefactFile.Read(path);
        TableModelHeader? header;
        try
        {
            header = JsonSerializer.Deserialize<TableModelHeader>(bytes.Span, ArtefactFile.Json);
        }
        catch (JsonException bad)
        {
            throw new BadInputException(path, $"has a header that cannot be read ({bad.Message.Split('.')[0]})", "fit the model again");
        }

        var fault = header is null ? "has no header" : TableModelFault.Of(header);
        if (fault is not null)
        {
            throw new BadInputException(path, fault, "fit the model again");
        }

        var trees = Sections(path, header!, payload);
        var conformal = new Conformal(header!.Quantile, trees.GetValueOrDefault("spread"), header.CalibrationRows);
        return new TableModel(header, trees.GetValueOrDefault("residual"), trees.GetValueOrDefault("plain"), trees.GetValueOrDefault("bare"), conformal);
    }

    /// <summary>Predictions with intervals for every row of a table.</summary>
    internal TablePredictions Predict(Table table, FitContext context)
    {
        var started = context.Clock.GetTimestamp();
        var work = Header.LawKind is null ? null : WorkReader.Read(table, Target, context.Catalogue, Header.LawKind);
        var told = work is null ? table : table with { Columns = [.. table.Columns, .. work.DerivedNamed(_schema.Features.Select(f => f.Name))] };
        var features = _schema.Bind(told);
        var laws = work is null ? null : new LawFit(Header.Law!).LogsOf(work);
        var blend = new Blend(Header.ResidualShare, Header.PlainShare, Header.BareShare);
        var predictions = new TablePredictions(table.Rows);
        var row = new double[features.Features];
        for (var i = 0; i < table.Rows; i++)
        {
            features.CopyRow(i, row);
            var at = blend.Of(laws?[i] ?? 0, _residual?.Predict(row) ?? 0, _plain?.Predict(row) ?? 0, _bare?.Predict(row) ?? 0);
            var half = _conformal.HalfWidth(row);
            predictions.Set(i, at, half, Header.Logarithmic);
        }

        predictions.PredictSPerRow = context.Clock.GetElapsedTime(started).TotalSeconds / Math.Max(1, table.Rows);
        return predictions;
    }

    /// <summary>Reads a table so that its columns have the kinds that the model knows.</summary>
    /// <param name="path">The table.</param>
    /// <param name="named">Further columns that must be there.</param>
    internal Table ReadTable(string path, IReadOnlyCollection<string> named)
    {
        var derived = _schema.Features.Where(f => Header.LawKind is not null && f.Name.StartsWith(WorkTable.DerivedPrefix, StringComparison.Ordinal)).ToHashSet();
        var told = _schema.Features.Where(f => !derived.Contains(f)).ToArray();
        return TableReader.Read(path, new TableAsk
        {
            Texts = [.. told.Where(f => f.Texts is not null).Select(f => f.Name)], Numbers = [Target, .. told.Where(f => f.Texts is null).Select(f => f.Name)], Named = named,
        });
    }

    private static Dictionary<string, TreeEnsemble> Sections(string path, TableModelHeader header, ReadOnlyMemory<byte> payload)
    {
        var sections = new Dictionary<string, TreeEnsemble>(StringComparer.Ordinal);
        var at = 0L;
        foreach (var section in header.Sections)
        {
            if (section.Bytes < 0 || section.Bytes > payload.Length - at || !sections.TryAdd(section.Name, TreeEnsembleCodec.Read(payload.Slice((int)at, (int)section.Bytes), $"{path}: {section.Name}")))
            {
                throw new BadInputException(path, "has sections that do not fit its size, or one twice", "fit the model again");
            }

            if (sections[section.Name].Features != header.Features.Count)
            {
                throw new BadInputException(path, $"has trees of {sections[section.Name].Features} features for {header.Features.Count}", "fit the model again");
            }

            at += section.Bytes;
        }

        return sections;
    }
}
