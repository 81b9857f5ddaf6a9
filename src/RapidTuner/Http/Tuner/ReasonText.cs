using RapidTuner.Core.Control;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Http.Tuner;

/// <summary>A decision in a sentence, from its record alone.</summary>
internal static class ReasonText
{
    public static string Of(DecisionRecord row)
    {
        var seen = row.Seen;
        var change = seen.Split == row.Chosen.Split ? $"kept {row.Chosen.Split}" : $"{seen.Split} became {row.Chosen.Split}";
        return $"{Of(row.Chosen.Reason)}; {change}, with {seen.PrefillQueued} requests ({seen.PrefillQueuedTokens} tokens) waiting for prefill, {seen.DecodeNext.Sequences} sequences in decode and {seen.KvFreeShare:P0} of the KV cache free.";
    }

    private static string Of(Reason reason) => reason switch
    {
        Reason.None => "No decision yet",
        Reason.Fixed => "The split is fixed by configuration",
        Reason.Pinned => "An operator holds this split",
        Reason.Overlap => "Both phases may use every unit",
        Reason.PrefillIdle => "Nothing waits for prefill, so decode has what it wants",
        Reason.DecodeIdle => "Nothing is in decode, so prefill has what it wants",
        Reason.OverAllocated => "The load is low, so both phases have more than they need",
        Reason.SmallestDecode => "Decode has the fewest units that meet its latency, prefill the rest",
        Reason.DecodeBound => "No share is foreseen to meet decode's latency, so it has the most it can",
        Reason.PrefillFirst => "Prefill is favoured within decode's slack",
        Reason.DecodeFirst => "KV is scarce, so decode is favoured within prefill's slack",
        Reason.Hysteresis => "The gain is too small for a change",
        Reason.Table => "The split is read from a table by the size of the decode batch",
        Reason.PrefillViolates => "Prefill's latency is violated, so units move to it",
        Reason.DecodeViolates => "Decode's latency is violated, so units move to it",
        Reason.Balanced => "Both latencies are violated, so the split balances how badly",
        Reason.Oracle => "A search with hindsight chose it",
        Reason.PrefillEnding => "Prefill ends within this step, so decode already takes every unit",
        Reason.FewDecodeTokens => "Too few sequences are in decode for a mask to pay",
        Reason.Half => "Both phases are loaded, so each has half",
        _ => string.Concat(reason.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? " " + char.ToLowerInvariant(c) : c.ToString())),
    };
}
