using System.Text.Json;
using RapidTuner.Control.Explain;
using RapidTuner.Core.Control;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Http.Tuner;

/// <summary>
/// <c>GET /api/v1/decisions</c>: decisions, latest first, a page at a time. A page looks at a bounded number of rows: with a filter that few
/// rows pass it may be short and still have a next page.
/// </summary>
internal static class DecisionPage
{
    public const int LimitMax = 500;

    /// <summary>Rows looked at per page.</summary>
    private const int RowsMax = 10_000;

    /// <summary>The page of at most <paramref name="limit"/> decisions with seq below <paramref name="before"/>.</summary>
    public static object Of(ITelemetryStore store, int limit, long before, Reason? reason, DecisionSource? source)
    {
        var from = Math.Max(0, before - 1 - (reason is null && source is null ? limit : RowsMax));
        var found = new List<DecisionRecord>();
        foreach (var row in store.Read(TelemetryTables.Decisions, new ReadRange { AfterSeq = from }))
        {
            if (row.Seq >= before)
            {
                break;
            }

            if ((reason is null || row.Chosen.Reason == reason) && (source is null || row.Source == source))
            {
                found.Add(row);
            }
        }

        var page = found.Skip(Math.Max(0, found.Count - limit)).Reverse().ToArray();
        long? next = found.Count > limit ? page[^1].Seq : from > 0 ? from + 1 : null;
        return new { Decisions = page.Select(Of), NextBefore = next };
    }

    /// <summary>One decision with what was seen and why.</summary>
    public static object Of(DecisionRecord row) => Of(row, Explainer.Of(row));

    private static object Of(DecisionRecord row, Explanation explained) => new
    {
        row.Seq,
        row.Run,
        AtS = row.AtUs / 1e6,
        Source = Name(row.Source),
        row.Policy,
        ModelId = row.ModelId.Length == 0 ? null : row.ModelId,
        Split = StatePage.Of(row.Chosen.Split),
        SplitBefore = StatePage.Of(row.Seen.Split),
        Reason = Name(row.Chosen.Reason),
        explained.Why,
        explained.Otherwise,
        Explanation = explained.Brief,
        row.Propensity,
        row.Reward,
        Predictions = JsonText.Parse(row.Predictions),
        Seen = new
        {
            Launching = Name(row.Seen.Launching),
            row.Seen.PrefillQueued,
            row.Seen.PrefillQueuedTokens,
            PrefillHeadSlackS = double.IsFinite(row.Seen.PrefillHeadSlackS) ? row.Seen.PrefillHeadSlackS : (double?)null,
            DecodeSequences = row.Seen.DecodeNext.Sequences,
            DecodeContextTokens = row.Seen.DecodeNext.ContextTokens,
            row.Seen.DecodeLatestStepS,
            row.Seen.PrefillLatestStepS,
            row.Seen.ItlLimitS,
            row.Seen.KvFreeShare,
        },
    };

    public static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
