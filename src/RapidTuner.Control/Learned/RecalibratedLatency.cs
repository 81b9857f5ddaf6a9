using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Learned;

/// <summary>
/// Latencies corrected by what is measured while they serve: a factor for each phase, alone and beside the other, and one for hybrid steps, follows the steps of
/// late, so that a device or model that behaves otherwise than learned is met within seconds. Steps that ran beside the other
/// phase for a part of their time teach nothing. Written on the engine's thread, where the rule reads it; allocates nothing.
/// </summary>
internal sealed class RecalibratedLatency(IStepLatency learned) : IStepLatency, IEngineObserver
{
    // Chosen: the mean of about the last 30 steps of a kind, one or two seconds of serving.
    private const double Weight = 1.0 / 30;

    // Beyond a factor of three a measurement is a fault, not a device.
    private const double LogMax = 1.1;

    // A straggler or a clock's jump must not move the factor by itself.
    private const double LogStepMax = 0.5;
    private const double WholeShare = 0.98;

    // Chosen: half is forgotten in about 700 steps.
    private const double Forget = 0.001;

    // Chosen: half in about 3,500 steps. A kind that the fallback never runs (hybrid steps) must not keep a model out for ever.
    private const double ForgetMisses = 0.0002;

    // Misses below this are what steps scatter by, and say nothing of a model; chosen.
    private const double MissMin = 0.15;

    // Of a normal spread, 95 in 100 lie below so many mean absolute deviations above the middle.
    private const double UpperDeviations = 2.06;

    private const int Hybrid = 4;

    private readonly double[] _log = new double[5];
    private readonly double[] _deviation = new double[5];
    private readonly RunningScatter[] _measured = [new(), new(), new(), new(), new()];
    private readonly RunningScatter[] _missed = [new(), new(), new(), new(), new()];
    private readonly double[] _factor = [1, 1, 1, 1, 1];

    /// <summary>The upper 95 % of a step / its prediction, by the steps of late, of the kind that scatters most; 1 or more.</summary>
    public double SpreadFactor => Math.Exp(UpperDeviations * Math.Max(Math.Max(Math.Max(_deviation[0], _deviation[1]), Math.Max(_deviation[2], _deviation[3])), _deviation[Hybrid]));

    /// <summary>
    /// By how much predictions missed the steps of late / by how much a running mean of those steps would have, of the kind that is worst; 0 where
    /// misses are no more than scatter.
    /// </summary>
    public double MissShare
    {
        get
        {
            var worst = 0.0;
            for (var kind = 0; kind < _deviation.Length; kind++)
            {
                var missed = _missed[kind].Value;
                worst = missed > MissMin ? Math.Max(worst, missed / Math.Max(MissMin, _measured[kind].Value)) : worst;
            }

            return worst;
        }
    }

    /// <summary>Takes over what <paramref name="other"/>, over the same latencies, has learned so far; from any thread.</summary>
    public void CopyFactorsFrom(RecalibratedLatency other)
    {
        for (var kind = 0; kind < _factor.Length; kind++)
        {
            _factor[kind] = Volatile.Read(ref other._factor[kind]);
        }
    }

    /// <inheritdoc/>
    public double AloneS(Phase phase, in StepWork work, int units) => _factor[Kind(phase, false)] * learned.AloneS(phase, in work, units);

    /// <inheritdoc/>
    public double BesideS(Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits) =>
        _factor[Kind(phase, beside.NewTokens > 0)] * learned.BesideS(phase, in work, units, in beside, besideUnits);

    /// <inheritdoc/>
    public double FusedS(in StepWork prefill, in StepWork decode, int units) => _factor[Hybrid] * learned.FusedS(in prefill, in decode, units);

    /// <inheritdoc/>
    public void OnStep(in StepSample step)
    {
        var beside = step.BesideShare >= WholeShare;
        if (!beside && step.BesideShare > 1 - WholeShare)
        {
            return;
        }

        var other = step.Beside;
        var predictedS = step.Phase == Phase.Hybrid ? learned.FusedS(step.Work, in other, step.Units)
            : beside
            ? learned.BesideS(step.Phase, step.Work, step.Units, in other, step.BesideUnits)
            : learned.AloneS(step.Phase, step.Work, step.Units);
        var measuredLog = Math.Log(step.EndS - step.StartS);
        if (!double.IsFinite(measuredLog))
        {
            return;
        }

        var kind = Kind(step.Phase, beside);
        var log = measuredLog - Math.Log(predictedS);
        // A kind of step that does not occur any more is forgotten.
        for (var each = 0; each < _deviation.Length; each++)
        {
            _deviation[each] *= 1 - Forget;
            _measured[each].Forget(ForgetMisses);
            _missed[each].Forget(ForgetMisses);
        }

        _measured[kind].Add(measuredLog);
        _missed[kind].Add(log);
        if (!double.IsFinite(log))
        {
            // No number is as far off as any can be, and corrects nothing.
            _deviation[kind] += Weight * (LogMax - _deviation[kind]);
            return;
        }

        _deviation[kind] += Weight * (Math.Min(LogMax, Math.Abs(log - _log[kind])) - _deviation[kind]);
        _log[kind] = Math.Clamp(_log[kind] + (Weight * Math.Clamp(log - _log[kind], -LogStepMax, LogStepMax)), -LogMax, LogMax);
        _factor[kind] = Math.Exp(_log[kind]);
    }

    /// <inheritdoc/>
    public void OnGaps(double nowS, double gapS, int count)
    {
    }

    /// <inheritdoc/>
    public void OnRequest(in RequestSample request)
    {
    }

    private static int Kind(Phase phase, bool beside) => phase == Phase.Hybrid ? Hybrid : (phase == Phase.Decode ? 2 : 0) + (beside ? 1 : 0);
}
