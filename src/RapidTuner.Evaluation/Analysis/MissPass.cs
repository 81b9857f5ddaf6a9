using RapidTuner.Control.Explain;
using RapidTuner.Core.Control;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>Lays misses beside the decisions in force when they happened.</summary>
internal static class MissPass
{
    private const int Kept = 10;

    /// <summary>The decisions with most misses until the next one on record.</summary>
    /// <param name="log">The log.</param>
    /// <param name="misses">When requests missed, Unix microseconds, rising.</param>
    /// <param name="others">Policies that are asked what they would have done.</param>
    /// <param name="cancel">Ends the pass.</param>
    public static IReadOnlyList<WorstDecision> Worst(Log log, long[] misses, IReadOnlyList<IPolicy> others, CancellationToken cancel)
    {
        var worst = new PriorityQueue<(DecisionRecord Decision, long Missed), long>();
        var next = 0;
        DecisionRecord? inForce = null;
        foreach (var decision in log.Decisions())
        {
            cancel.ThrowIfCancellationRequested();
            Close(decision.AtUs);
            inForce = decision;
        }

        Close(long.MaxValue);
        return
        [
            .. worst.UnorderedItems.Select(w => w.Element).OrderByDescending(w => w.Missed).ThenBy(w => w.Decision.Seq)
                .Select(w => new WorstDecision(w.Decision.Seq, Micros.ToS(w.Decision.AtUs - log.FromUs), w.Missed, Explain(w.Decision, others))),
        ];

        void Close(long untilUs)
        {
            var from = next;
            while (next < misses.Length && misses[next] < untilUs)
            {
                next++;
            }

            if (inForce is not null && next > from)
            {
                worst.Enqueue((inForce, next - from), next - from);
                if (worst.Count > Kept)
                {
                    worst.Dequeue();
                }
            }
        }
    }

    private static string Explain(DecisionRecord decision, IReadOnlyList<IPolicy> others)
    {
        var seen = decision.Seen;
        var instead = seen.DeviceUnits > 0 ? string.Join(", ", others.Select(o => $"{o.Name} {o.Palette.Nearest(o.Decide(in seen).Split)}")) : "";
        return Explainer.Of(decision).Brief + (instead.Length > 0 ? $" In its place: {instead}." : "");
    }
}
