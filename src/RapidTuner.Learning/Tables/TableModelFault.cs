using RapidTuner.Learning.Physics;
using RapidTuner.Learning.Trees;

namespace RapidTuner.Learning.Tables;

/// <summary>What a header may not say, however well its checksum fits.</summary>
internal static class TableModelFault
{
    /// <summary>What is wrong, or null.</summary>
    public static string? Of(TableModelHeader header)
    {
        if (header.Kind != TableModelHeader.TableKind)
        {
            return $"is a {header.Kind}, not a {TableModelHeader.TableKind}";
        }

        if (string.IsNullOrEmpty(header.Target) || header.Loss is null || header.Trainer is null || header.Features is null || header.Features.Any(f => f?.Name is null || f.Texts?.Length > CategorySet.CategoriesMax || f.Texts?.Contains(null!) == true))
        {
            return "names no target, or features that cannot be";
        }

        if (!double.IsFinite(header.Quantile) || header.Quantile < 0 || header.PlainShare is not (>= 0 and <= 1) || header.ResidualShare is not (>= 0 and <= 1) || header.BareShare is not (>= 0 and <= 1) || header.PlainShare + header.BareShare > 1)
        {
            return "has an interval or weights that cannot be";
        }

        var law = header.Law;
        if ((header.LawKind is null) != (law is null)
            || (law is not null && (!law.ContainsKey("") || law.Values.Any(c => c is null || c.Length != LawConstants.Count || !c.All(double.IsFinite)))))
        {
            return "has a law without its constants";
        }

        return header.Sections is null || header.Sections.Any(s => s?.Name is null) ? "names no sections" : null;
    }
}
