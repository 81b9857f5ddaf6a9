using RapidTuner.Control.Learned;
using RapidTuner.Control.Policies;
using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Evaluation.Oracle;

/// <summary>
/// Carries an oracle's action out at each step. A sized split gives decode the fewest units that keep the next token of every
/// member in time, by the twin's own latencies: those that wait since their prompt ended count from then, and a chunk that ends in
/// the middle of a step leaves its requests waiting for the rest of it and all of the next.
/// </summary>
internal sealed class OraclePolicy : IPolicy
{
    private readonly IStepLatency _latency;
    private readonly int[] _decodeUnits;
    private readonly int[] _prefillBeside;
    private readonly int _deviceUnits;
    private readonly double _itlLimitS;
    private readonly double _demotionTokensPerS;
    private readonly FastRule _rule;

    /// <summary>An oracle's hands.</summary>
    /// <param name="latency">The twin.</param>
    /// <param name="palette">The palette.</param>
    /// <param name="itlLimitS">Limit on the inter-token latency, seconds.</param>
    /// <param name="demotionTokensPerS">Prefill rate of the whole device, tokens/s: what cannot be met at that cannot be met.</param>
    public OraclePolicy(IStepLatency latency, Palette palette, double itlLimitS, double demotionTokensPerS)
    {
        _latency = latency;
        Palette = palette;
        _deviceUnits = palette.DeviceUnits;
        _itlLimitS = itlLimitS;
        _demotionTokensPerS = demotionTokensPerS;
        _rule = new FastRule(latency, palette, itlLimitS);
        _decodeUnits = [.. palette.DecodeUnits.Where(d => palette.AtMost(Phase.Prefill, _deviceUnits - d) > 0)];
        _prefillBeside = [.. _decodeUnits.Select(d => palette.AtMost(Phase.Prefill, _deviceUnits - d))];
    }

    /// <inheritdoc/>
    public string Name => "oracle";

    /// <inheritdoc/>
    public Palette Palette { get; }

    /// <summary>What is carried out.</summary>
    public OracleAction Action { get; set; }

    /// <inheritdoc/>
    public Decision Decide(in Observation seen)
    {
        if (Action.Split.Rule is { } rule)
        {
            return Levered(_rule.Decide(in seen, rule));
        }

        return Levered(new Decision(Action.Split.Pair ?? Sized(in seen), Reason.Oracle));
    }

    private Decision Levered(Decision decision) => decision with
    {
        Reason = Reason.Oracle,
        ChunkTokens = decision.Fuses ? decision.ChunkTokens : Action.ChunkTokens == PolicySettings.WholePrompts ? 0 : Action.ChunkTokens,
        AdmitTokens = Action.AdmitTokens,
        Order = Action.Order,
        DemotionTokensPerS = Action.Demotes ? _demotionTokensPerS : 0,
    };

    private Split Sized(in Observation seen)
    {
        var prefill = seen.PrefillRunning ? seen.PrefillWork : seen.PrefillNext;
        if (_decodeUnits.Length == 0 || prefill.NewTokens == 0 || seen.DecodeNext.Sequences == 0)
        {
            return new Split(_deviceUnits, _deviceUnits);
        }

        // Latency falls with units, so the fewest that do are found by halving.
        var low = 0;
        var high = _decodeUnits.Length - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (InTime(in seen, in prefill, middle))
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        var borrowed = Action.Split.Borrows && seen.Launching == Phase.Decode && seen.PrefillRunning;
        return new Split(borrowed ? Math.Max(seen.PrefillUnits, _prefillBeside[low]) : _prefillBeside[low], _decodeUnits[low]);
    }

    private bool InTime(in Observation seen, in StepWork prefill, int entry)
    {
        var limitS = Action.Split.Margin * _itlLimitS;
        var running = seen.Launching == Phase.Decode && seen.PrefillRunning;
        var prefillUnits = running ? seen.PrefillUnits : _prefillBeside[entry];
        var stepS = _latency.BesideS(Phase.Decode, seen.DecodeNext, _decodeUnits[entry], in prefill, prefillUnits);
        if (!running)
        {
            return stepS <= limitS;
        }

        var waitedS = double.IsNaN(seen.DecodeJoiningSinceS) ? 0 : Math.Max(0, seen.NowS - seen.DecodeJoiningSinceS);
        if (stepS > limitS - waitedS)
        {
            return false;
        }

        if (seen.PrefillCompletes == 0)
        {
            return true;
        }

        var endsInS = seen.PrefillStartedS + _latency.BesideS(Phase.Prefill, in prefill, prefillUnits, seen.DecodeNext, _decodeUnits[entry]) - seen.NowS;
        return endsInS >= stepS || endsInS < 0 || (stepS - endsInS) + stepS <= limitS;
    }
}
