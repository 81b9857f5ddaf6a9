using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Tests;

/// <summary>Observations that a running engine could make, for rules to be asked about.</summary>
internal static class Situation
{
    public const double ItlLimitS = 0.1;

    /// <summary>A prompt of 2048 tokens waits and <paramref name="decodeBatch"/> sequences decode on <paramref name="contextEach"/> tokens each.</summary>
    public static Observation BothPhases(int decodeBatch, int contextEach = 1024, Phase launching = Phase.Prefill) => new()
    {
        NowS = 100,
        Launching = launching,
        DeviceUnits = ToyDevice.Units,
        Split = new Split(152, 152),
        SplitSinceS = 90,
        ItlLimitS = ItlLimitS,
        PrefillQueued = 1,
        PrefillQueuedTokens = 2048,
        PrefillOldestArrivalS = 99.9,
        PrefillNext = StepWork.Prefill(1, 2048, 0),
        PrefillHeadSlackS = 2,
        DecodeNext = StepWork.Decode(decodeBatch, decodeBatch * (long)contextEach),
        DecodeJoiningSinceS = double.NaN,
        DecodeLastTokenS = 99.99,
        KvFreeShare = 0.6,
    };

    public static Observation NothingToDecode => BothPhases(0);

    public static Observation NothingToPrefill(int decodeBatch = 32) => BothPhases(decodeBatch, launching: Phase.Decode) with
    {
        PrefillQueued = 0,
        PrefillQueuedTokens = 0,
        PrefillNext = default,
        PrefillHeadSlackS = double.PositiveInfinity,
    };

    /// <summary>A decode step is about to start beside a running prefill.</summary>
    public static Observation BesideRunningPrefill(int decodeBatch, int prefillUnits, double startedS, int queued = 0) =>
        BothPhases(decodeBatch, launching: Phase.Decode) with
        {
            PrefillQueued = queued,
            PrefillNext = queued == 0 ? default : StepWork.Prefill(1, 2048, 0),
            PrefillHeadSlackS = queued == 0 ? double.PositiveInfinity : 2,
            PrefillRunning = true,
            PrefillWork = StepWork.Prefill(1, 2048, 0),
            PrefillUnits = prefillUnits,
            PrefillStartedS = startedS,
            PrefillCompletes = 1,
        };
}
