namespace RapidTuner.Learning.Latency;

/// <summary>
/// Corrects a latency model by what is measured while it serves. Per phase and regime it follows the mean log-residual (an
/// exponential mean: a phase's part for all of its regimes, so that what was learned alone helps beside, and a regime's own) and
/// the bound that 95 % of residuals stay within (adaptive conformal inference: Gibbs and Candès 2021, as quantile tracking). A
/// function of what it was told, in order. Not thread-safe: it belongs to the engine's thread.
/// </summary>
public sealed class ResidualTracker
{
    /// <summary>Least weight of a new residual in a phase's mean: half of it is forgotten after 35 steps.</summary>
    private const double PhaseRate = 0.02;

    /// <summary>Least weight of a new residual in a regime's mean.</summary>
    private const double RegimeRate = 0.03;

    /// <summary>Samples for which a young mean weighs its samples alike, less these.</summary>
    private const double YoungSamples = 8;

    /// <summary>Residuals count up to this: a straggler is no trend. A factor of e.</summary>
    private const double ResidualMax = 1;

    /// <summary>Share of residuals that the bound leaves out.</summary>
    private const double Tail = 0.05;

    /// <summary>Step of the bound, of its own width.</summary>
    private const double BoundRate = 0.1;

    /// <summary>How far the bound may move from the model's own.</summary>
    private const double BoundRatioMin = 0.1;
    private const double BoundRatioMax = 8;

    private readonly double[] _phase = new double[2];
    private readonly double[] _regime = new double[2 * PhaseLatency.Regimes];
    private readonly double[] _boundRatio = [.. Enumerable.Repeat(1.0, 2 * PhaseLatency.Regimes)];
    private readonly long[] _phaseSeen = new long[2];
    private readonly long[] _regimeSeen = new long[2 * PhaseLatency.Regimes];

    /// <summary>Steps observed.</summary>
    public long Observed => _phaseSeen[0] + _phaseSeen[1];

    /// <summary>What to add to the model's logarithm.</summary>
    internal double Shift(int phase, int regime) => _phase[phase] + _regime[(phase * PhaseLatency.Regimes) + regime];

    /// <summary>What to multiply the model's distance from median to bound by.</summary>
    internal double BoundRatio(int phase, int regime) => _boundRatio[(phase * PhaseLatency.Regimes) + regime];

    /// <summary>Takes a measured step.</summary>
    /// <param name="phase">0 prefill, 1 decode.</param>
    /// <param name="regime">Its <see cref="LatencyRegime"/>.</param>
    /// <param name="residual">Measured less predicted logarithm, the model's own prediction.</param>
    /// <param name="bound">The model's distance from median to bound, a logarithm above 0.</param>
    internal void Observe(int phase, int regime, double residual, double bound)
    {
        var at = (phase * PhaseLatency.Regimes) + regime;
        var left = residual - Shift(phase, regime);
        var over = left > bound * _boundRatio[at];
        _boundRatio[at] = Math.Clamp(_boundRatio[at] * (1 + (BoundRate * ((over ? 1 : 0) - Tail))), BoundRatioMin, BoundRatioMax);
        var counted = Math.Clamp(left, -ResidualMax, ResidualMax);
        _phase[phase] += counted * Math.Max(PhaseRate, 0.5 / (++_phaseSeen[phase] + YoungSamples));
        _regime[at] += counted * Math.Max(RegimeRate, 0.5 / (++_regimeSeen[at] + YoungSamples));
    }
}
