using FsCheck;
using FsCheck.Fluent;
using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Tests.Policies;

/// <summary>Observations of any kind, impossible ones too: NaN, negative counts, numbers at the edge.</summary>
internal static class AnyObservation
{
    private static readonly double[] Odd =
        [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -1, 0, 1e-12, 0.02, 0.1, 0.5, 1, 3, 1e6, 1e300];

    private static readonly long[] OddCounts = [long.MinValue, int.MinValue, -1, 0, 1, 8, 63, 64, 300, 5_000, 1_000_000, int.MaxValue, long.MaxValue];

    public static Gen<Observation> Generator { get; } = Make();

    private static Gen<Observation> Make()
    {
        var number = Gen.Elements(Odd);
        var count = Gen.Elements(OddCounts);
        var small = count.Select(c => (int)Math.Clamp(c, int.MinValue, int.MaxValue));
        var work =
            from sequences in small
            from tokens in small
            from context in count
            from pairs in number
            select new StepWork(sequences, tokens, context, pairs, sequences);
        var generator =
            from launching in Gen.Elements(Phase.Prefill, Phase.Decode, Phase.Hybrid, (Phase)200)
            from prefillNext in work
            from prefillWork in work
            from decodeNext in work
            from numbers in Gen.ArrayOf(number, 8)
            from counts in Gen.ArrayOf(small, 6)
            from running in Gen.ArrayOf(Gen.Elements(true, false), 2)
            select new Observation
            {
                NowS = numbers[0],
                Launching = launching,
                DeviceUnits = counts[0],
                Split = new Split(counts[1], counts[2]),
                ItlLimitS = numbers[1],
                PrefillQueued = counts[3],
                PrefillNext = prefillNext,
                PrefillHeadSlackS = numbers[2],
                PrefillRunning = running[0],
                PrefillWork = prefillWork,
                PrefillUnits = counts[4],
                PrefillStartedS = numbers[3],
                DecodeNext = decodeNext,
                DecodeRunning = running[1],
                DecodeUnits = counts[5],
                DecodeLastTokenS = numbers[4],
                DecodeJoiningSinceS = numbers[5],
                KvFreeShare = numbers[6],
                DecodeLatestStepS = numbers[7],
            };
        return generator;
    }
}
