using RapidTuner.Core.Control;

namespace RapidTuner.Evaluation.Surrogates;

/// <summary>What a surrogate is told of an observation: few features with names that an operator knows.</summary>
public static class SituationFeatures
{
    private static readonly (string Name, string Unit, Func<Observation, double> Of)[] All =
    [
        ("launching decode", "", o => o.Launching == Core.Phase.Decode ? 1 : 0),
        ("prompt tokens waiting", "tokens", o => o.PrefillQueuedTokens),
        ("prompts waiting", "", o => o.PrefillQueued),
        ("head slack", "s", o => double.IsFinite(o.PrefillHeadSlackS) ? o.PrefillHeadSlackS : 1e3),
        ("next chunk", "tokens", o => o.PrefillNext.NewTokens),
        ("prefill running", "", o => o.PrefillRunning ? 1 : 0),
        ("running prefill", "tokens", o => o.PrefillWork.NewTokens),
        ("sequences in decode", "", o => o.DecodeNext.Sequences),
        ("context of the batch", "tokens", o => o.DecodeNext.ContextTokens),
        ("sequences joining", "", o => o.DecodeJoining),
        ("latest decode step / ITL limit", "", o => o.ItlLimitS > 0 ? o.DecodeLatestStepS / o.ItlLimitS : 0),
        ("free KV cache", "share", o => double.IsFinite(o.KvFreeShare) ? o.KvFreeShare : 1),
    ];

    /// <summary>Number of features.</summary>
    public static int Count => All.Length;

    /// <summary>A feature's name.</summary>
    public static string Name(int feature) => All[feature].Name;

    /// <summary>A feature's unit; "" for a number of things.</summary>
    public static string Unit(int feature) => All[feature].Unit;

    /// <summary>The features of an observation.</summary>
    public static double[] Of(in Observation seen)
    {
        var values = new double[All.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = All[i].Of(seen);
        }

        return values;
    }
}
