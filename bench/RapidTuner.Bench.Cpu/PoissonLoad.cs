using RapidTuner.Core.Numerics;
using RapidTuner.Engine.Cpu;

namespace RapidTuner.Bench.Cpu;

/// <summary>Requests that arrive at random, half of them with long prompts and short replies and half the other way round, in turns of seconds: the balance of the phases shifts.</summary>
internal sealed class PoissonLoad(double rps, double seconds, ulong seed, Func<int, double> ttftLimitS) : ICpuLoad
{
    /// <summary>Mean lengths, over both kinds of turns; clamping aside.</summary>
    public const double PromptTokensMean = 490;

    /// <summary>Likewise.</summary>
    public const double OutputTokensMean = 41;

    private const double TurnS = 2;

    private readonly Rng _rng = new(seed, "arrivals");

    /// <inheritdoc/>
    public double NextArrivalS { get; private set; } = 0.05;

    /// <summary>Requests given so far.</summary>
    public int Given { get; private set; }

    /// <inheritdoc/>
    public CpuLoadRequest Take()
    {
        var atS = NextArrivalS;
        var prefillTurn = (int)(atS / TurnS) % 2 == 0;
        var prompt = (int)Math.Clamp((prefillTurn ? 700 : 120) * Math.Exp(0.6 * _rng.NextGaussian()), 16, 4000);
        var output = (int)Math.Clamp((prefillTurn ? 12 : 60) * Math.Exp(0.5 * _rng.NextGaussian()), 1, 400);
        NextArrivalS += _rng.NextExponential() / rps;
        NextArrivalS = NextArrivalS > seconds ? double.PositiveInfinity : NextArrivalS;
        Given++;
        return new CpuLoadRequest(atS, prompt, output, ttftLimitS(prompt));
    }
}
