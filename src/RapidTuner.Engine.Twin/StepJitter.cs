using RapidTuner.Core.Numerics;

namespace RapidTuner.Engine.Twin;

/// <summary>
/// The factor that chance puts on a step's latency: lognormal with rare stragglers. It is a function of (seed, stream, number of the
/// step on its stream) alone, so that all policies meet the same chance under one seed. Quantiles are tabulated once: a draw
/// is one hash and one look-up.
/// </summary>
internal sealed class StepJitter
{
    private const int Levels = 4096;

    private readonly double[] _factor = new double[Levels];
    private readonly ulong _key;
    private readonly ulong _stragglerBelow;
    private readonly double _stragglerFactor;

    public StepJitter(TwinOptions options, ulong seed)
    {
        _key = new Rng(seed, "jitter").NextBits();
        for (var i = 0; i < Levels; i++)
        {
            _factor[i] = Math.Exp(options.JitterSigma * MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, (i + 0.5) / Levels));
        }

        _stragglerBelow = (ulong)(options.StragglerShare * (1L << 52));
        _stragglerFactor = options.StragglerFactor;
    }

    /// <summary>Mean factor, stragglers included: what a planner with hindsight expects.</summary>
    public double Mean
    {
        get
        {
            var stragglerShare = (double)_stragglerBelow / (1L << 52);
            return _factor.Average() * (1 + (stragglerShare * (_stragglerFactor - 1)));
        }
    }

    public double Factor(int stream, long step)
    {
        var z = _key + ((ulong)step * 0x9E3779B97F4A7C15UL) + ((ulong)stream * 0xD1B54A32D192ED03UL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        z ^= z >> 31;
        var factor = _factor[z & (Levels - 1)];
        return (z >> 12) < _stragglerBelow ? factor * _stragglerFactor : factor;
    }
}
