using RapidTuner.Core.Control;

namespace RapidTuner.Control.Explain;

/// <summary>For every reason a sentence that says why, and one that says what would have changed it.</summary>
public static class ReasonText
{
    private static readonly Dictionary<Reason, (string Why, string Otherwise)> Texts = new()
    {
        [Reason.None] = ("nothing had been decided yet", "the first decision"),
        [Reason.Fixed] = ("the split is fixed by configuration", "another configuration"),
        [Reason.Pinned] = ("an operator pinned the split", "unpinning it"),
        [Reason.Overlap] = ("this policy uses no masks", "another policy"),
        [Reason.PrefillIdle] = ("nothing waited for prefill, so decode had every unit it wanted", "a request waiting for prefill"),
        [Reason.DecodeIdle] = ("nothing was in decode, so prefill had every unit it wanted", "a sequence in decode"),
        [Reason.OverAllocated] = ("the load was low enough for both phases to use the same units", "a decode step beside prefill that no longer keeps the limit"),
        [Reason.SmallestDecode] = ("decode got the fewest units predicted to keep its deadlines, prefill the rest", "a larger batch, longer contexts or a tighter limit give decode more; a smaller batch gives prefill more"),
        [Reason.DecodeBound] = ("no allowed count was predicted to keep decode's deadlines, so it got the most it can have", "a smaller batch, shorter contexts or a looser limit"),
        [Reason.PrefillFirst] = ("the search favoured prefill within decode's slack", "KV use above the bound puts decode first"),
        [Reason.DecodeFirst] = ("KV was scarce, so the search favoured decode within prefill's slack", "KV use below the bound puts prefill first"),
        [Reason.Hysteresis] = ("the wanted change was smaller than the hysteresis, so the split stayed", "a larger difference between the wanted split and the one in force"),
        [Reason.Table] = ("the split stands in a table by decode batch", "another decode batch"),
        [Reason.PrefillViolates] = ("prefill's latency was violated, so it got units", "a head of the queue that is in time"),
        [Reason.DecodeViolates] = ("decode's latency was violated, so it got units", "a decode step within the limit"),
        [Reason.Balanced] = ("both phases were violated; this split balances how badly", "one of them within its limit"),
        [Reason.Oracle] = ("a search with hindsight chose it", "other true arrivals or lengths"),
        [Reason.PrefillEnding] = ("the running prefill ends within this step and nothing follows, so decode sized its step for what comes after", "more requests waiting for prefill"),
        [Reason.FewDecodeTokens] = ("too few tokens were in decode for a mask to pay", "more sequences in decode"),
        [Reason.Half] = ("both phases were loaded: half the units each", "an idle phase, or few decode tokens"),
        [Reason.Dwell] = ("the last change was too recent, so the split stayed", "waiting for the dwell to pass"),
        [Reason.SloFloor] = ("fewer decode units than this cannot keep the limit, or just did not, so decode got more than was wanted", "a smaller batch, or decode steps back in time"),
        [Reason.ModelMissing] = ("there was no model of this device and feature schema, so the RAPID rule decided", "a model trained for this device"),
        [Reason.ModelStale] = ("the model was older than allowed, so the RAPID rule decided", "retraining"),
        [Reason.PlanStale] = ("the plan was older than allowed, so the RAPID rule decided", "a planner that publishes again"),
        [Reason.PredictionMissing] = ("the model gave no finite number, so the RAPID rule decided", "a model that predicts this state"),
        [Reason.IntervalWide] = ("the model was too unsure, so the RAPID rule decided", "more logged steps like this one, and retraining"),
        [Reason.OutOfRange] = ("the state lay outside what the model was trained on, so the RAPID rule decided", "retraining on a log that holds such states"),
        [Reason.SignalsMissing] = ("what was observed was incomplete or impossible, so the RAPID rule decided", "an engine that reports every signal"),
        [Reason.SnapshotFrozen] = ("the observation did not change any more, so the RAPID rule decided", "an engine whose snapshot moves"),
        [Reason.ClockJump] = ("the engine's clock had jumped, so the RAPID rule decided", "a clock that runs evenly for a while"),
        [Reason.KvPressure] = ("the KV cache was nearly full, so the RAPID rule decided", "free KV blocks above twice the bound"),
        [Reason.Flapping] = ("the split had changed so often that changing it cost too much, so it stayed", "time without changes"),
        [Reason.Inert] = ("the tuner wanted the same split whatever the load", "a change of its mind"),
        [Reason.Planned] = ("the engine is slow to apply a split, and of those that it can have this one served the load of late, or the load that is forecast, best in rollouts", "a plan that finds another pair better by more than its change costs"),
        [Reason.Fused] = ("one step that reads the weights once for both phases serves this load better than two side by side", "a plan that finds two side by side better"),
        [Reason.Held] = ("the running prefill was about to end, so decode waited for those who join", "a prefill that ends later, or a limit that leaves no time to wait"),
        [Reason.PredictionWrong] = ("predictions of late were no better than a running mean of what was measured, so the RAPID rule decided", "steps that take what is predicted for a while, or a model trained for this device"),
        [Reason.Switchback] = ("a block of the switchback began, in which the other arm decides", "the end of the trial"),
        [Reason.Promoted] = ("the challenger had proved better and decides from now on", "a switchback whose lower bound is not above the champion"),
        [Reason.RolledBack] = ("the challenger did worse than its predecessor, which decides again", "attainment no lower than in the blocks held back for the predecessor"),
        [Reason.Explored] = ("chance chose this plan, to learn from it", "another draw"),
    };

    /// <summary>Why, as a sentence without its full stop.</summary>
    public static string Why(Reason reason) => Texts.TryGetValue(reason, out var text) ? text.Why : reason.ToString();

    /// <summary>What would have changed it, likewise.</summary>
    public static string Otherwise(Reason reason) => Texts.TryGetValue(reason, out var text) ? text.Otherwise : "";

    internal static bool Knows(Reason reason) => Texts.ContainsKey(reason);
}
