using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Telemetry.Records;

/// <summary>
/// One step as it is kept. The work of the two phases stands under the phase's own name, whichever of them the step
/// belongs to: what a decode step ran beside is its prefill work. A decode batch is sequences and context alone, since it
/// has one new token per sequence (DESIGN §1); everything else is kept as sampled, times in whole microseconds and shares
/// in ten-thousandths.
/// </summary>
public readonly record struct StepRecord
{
    /// <summary>Rising number in its table, across restarts; 0 before the store gave one.</summary>
    public long Seq { get; init; }

    /// <summary>The run it belongs to (<see cref="RunRecord.Seq"/>); 0 before the store gave one.</summary>
    public long Run { get; init; }

    /// <summary>End, Unix microseconds (engine time plus the run's origin).</summary>
    public long EndUs { get; init; }

    /// <summary>Duration, microseconds, ≥ 0.</summary>
    public long DurationUs { get; init; }

    /// <summary>The phase of this step.</summary>
    public Phase Phase { get; init; }

    /// <summary>Units that it held.</summary>
    public int Units { get; init; }

    /// <summary>Units of the device.</summary>
    public int DeviceUnits { get; init; }

    /// <summary>The split in force at launch.</summary>
    public Split Split { get; init; }

    /// <summary>Units of the other phase's step; 0 when it was idle.</summary>
    public int BesideUnits { get; init; }

    /// <summary>Why the split was chosen.</summary>
    public Reason Reason { get; init; }

    /// <summary>Sequences in the decode batch; 0 when nothing decoded.</summary>
    public int DecodeSequences { get; init; }

    /// <summary>KV tokens of the decode batch.</summary>
    public long DecodeContextTokens { get; init; }

    /// <summary>Prompts in the prefill step; 0 when nothing prefilled.</summary>
    public int PrefillSequences { get; init; }

    /// <summary>New prompt tokens.</summary>
    public int PrefillNewTokens { get; init; }

    /// <summary>Tokens of those prompts that were in the KV cache before.</summary>
    public long PrefillContextTokens { get; init; }

    /// <summary>Query-key pairs of the prefill step.</summary>
    public long PrefillAttentionPairs { get; init; }

    /// <summary>Prompts that the prefill step completed.</summary>
    public int PrefillLogitRows { get; init; }

    /// <summary>Share of the duration during which the other phase ran, ten-thousandths.</summary>
    public int BesideShareE4 { get; init; }

    /// <summary>Free share of the KV cache at the end, ten-thousandths.</summary>
    public int KvFreeShareE4 { get; init; }

    /// <summary>Tokens that clients got from this step: one per decoding sequence, one per completed prompt.</summary>
    public int TokensOut => Phase switch
    {
        Phase.Decode => DecodeSequences,
        Phase.Prefill => PrefillLogitRows,
        _ => DecodeSequences + PrefillLogitRows,
    };

    /// <summary>The record of <paramref name="sample"/>, for a run whose engine time 0 is <paramref name="originUs"/>.</summary>
    public static StepRecord From(in StepSample sample, long originUs)
    {
        var decodes = sample.Phase == Phase.Decode;
        var decode = decodes ? sample.Work : sample.Beside;
        var prefill = decodes ? sample.Beside : sample.Work;
        var endUs = Micros.FromS(sample.EndS);
        return new StepRecord
        {
            EndUs = originUs + endUs,
            DurationUs = Math.Max(0, endUs - Micros.FromS(sample.StartS)),
            Phase = sample.Phase,
            Units = sample.Units,
            DeviceUnits = sample.DeviceUnits,
            Split = sample.Split,
            BesideUnits = sample.BesideUnits,
            Reason = sample.Reason,
            DecodeSequences = decode.Sequences,
            DecodeContextTokens = decode.ContextTokens,
            PrefillSequences = prefill.Sequences,
            PrefillNewTokens = prefill.NewTokens,
            PrefillContextTokens = prefill.ContextTokens,
            PrefillAttentionPairs = (long)prefill.AttentionPairs,
            PrefillLogitRows = prefill.LogitRows,
            BesideShareE4 = Micros.ShareToE4(sample.BesideShare),
            KvFreeShareE4 = Micros.ShareToE4(sample.KvFreeShare),
        };
    }

    /// <summary>The sample again, in engine seconds of a run whose origin is <paramref name="originUs"/>.</summary>
    public StepSample ToSample(long originUs = 0)
    {
        var decode = DecodeSequences == 0 ? default : StepWork.Decode(DecodeSequences, DecodeContextTokens);
        var prefill = new StepWork(PrefillSequences, PrefillNewTokens, PrefillContextTokens, PrefillAttentionPairs, PrefillLogitRows);
        var decodes = Phase == Phase.Decode;
        return new StepSample
        {
            Seq = Seq,
            Phase = Phase,
            StartS = Micros.ToS(EndUs - DurationUs - originUs),
            EndS = Micros.ToS(EndUs - originUs),
            Units = Units,
            DeviceUnits = DeviceUnits,
            Split = Split,
            Work = decodes ? decode : prefill,
            Beside = decodes ? prefill : decode,
            BesideUnits = BesideUnits,
            BesideShare = Micros.ShareFromE4(BesideShareE4),
            KvFreeShare = Micros.ShareFromE4(KvFreeShareE4),
            Reason = Reason,
        };
    }
}
