using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Learning.Latency;

/// <summary>
/// A latency model as policies see it, at one quantile, corrected by what is measured while it serves. Predictions allocate
/// nothing. Two of them (median and upper) may share one <see cref="ResidualTracker"/>; observe through one of them then.
/// </summary>
public sealed class LearnedStepLatency : IStepLatency
{
    private readonly LatencyModel _model;
    private readonly ResidualTracker _tracker;
    private readonly bool _upper;

    /// <summary>Serves <paramref name="model"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="quantile">Which quantile <see cref="AloneS"/> and <see cref="BesideS"/> give.</param>
    /// <param name="tracker">Corrections; null: its own.</param>
    public LearnedStepLatency(LatencyModel model, LatencyQuantile quantile, ResidualTracker? tracker = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _tracker = tracker ?? new ResidualTracker();
        _upper = quantile == LatencyQuantile.Upper;
    }

    /// <summary>The model.</summary>
    public LatencyModel Model => _model;

    /// <summary>The corrections.</summary>
    public ResidualTracker Tracker => _tracker;

    /// <inheritdoc/>
    public double AloneS(Phase phase, in StepWork work, int units) => Seconds(phase, in work, units, default, 0);

    /// <inheritdoc/>
    public double BesideS(Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits) => Seconds(phase, in work, units, in beside, besideUnits);

    /// <summary>Seconds for several unit counts at once (at most <see cref="LatencyModel.SweepMax"/>): what does not change between them is computed once.</summary>
    /// <param name="phase">The step's phase.</param>
    /// <param name="work">The step.</param>
    /// <param name="units">Its unit counts.</param>
    /// <param name="beside">The step of the other phase; empty: alone.</param>
    /// <param name="besideUnits">The other's units, one per entry of <paramref name="units"/>; 0: alone.</param>
    /// <param name="seconds">One prediction per entry.</param>
    public void Sweep(Phase phase, in StepWork work, ReadOnlySpan<int> units, in StepWork beside, ReadOnlySpan<int> besideUnits, Span<double> seconds)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(besideUnits.Length, units.Length);
        Span<double> uppers = stackalloc double[LatencyModel.SweepMax];
        _model.LogsOf(phase, in work, units, in beside, besideUnits, seconds, uppers);
        for (var i = 0; i < units.Length; i++)
        {
            seconds[i] = Seconds(phase, units[i], in beside, besideUnits[i], seconds[i], uppers[i]);
        }
    }

    /// <summary>Takes a step as it happened; one that ran beside the other phase for a part of its time only teaches nothing.</summary>
    public void Observe(in StepSample sample)
    {
        if (LatencyRow.TryRead(in sample, _model.Scene.Units, out var row))
        {
            Observe(sample.Phase, row.Work, row.Units, row.Beside, row.BesideUnits, sample.EndS - sample.StartS);
        }
    }

    /// <summary>Takes a measured step.</summary>
    /// <param name="phase">Its phase; hybrid steps are passed over.</param>
    /// <param name="work">What it computed.</param>
    /// <param name="units">Its units.</param>
    /// <param name="beside">What the other phase ran beside it all along; empty: nothing.</param>
    /// <param name="besideUnits">The other's units; 0: alone.</param>
    /// <param name="measuredS">How long it took, seconds, over 0; anything else is passed over.</param>
    public void Observe(Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits, double measuredS)
    {
        if (phase == Phase.Hybrid || !(measuredS > 0) || double.IsInfinity(measuredS))
        {
            return;
        }

        var log = _model.LogOf(phase, in work, units, in beside, besideUnits, out var bound);
        _tracker.Observe((int)phase, (int)_model.RegimeOf(units, in beside, besideUnits), Math.Log(measuredS) - log, bound);
    }

    private double Seconds(Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits)
    {
        var log = _model.LogOf(phase, in work, units, in beside, besideUnits, out var bound);
        return Seconds(phase, units, in beside, besideUnits, log, bound);
    }

    private double Seconds(Phase phase, int units, in StepWork beside, int besideUnits, double log, double bound)
    {
        var (of, regime) = (phase == Phase.Decode ? 1 : 0, (int)_model.RegimeOf(units, in beside, besideUnits));
        log += _tracker.Shift(of, regime) + (_upper ? bound * _tracker.BoundRatio(of, regime) : 0);
        return Math.Exp(log);
    }
}
