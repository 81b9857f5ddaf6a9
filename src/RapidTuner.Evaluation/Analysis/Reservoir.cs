using RapidTuner.Core.Numerics;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>A sample of measured and predicted times, evenly drawn from what was seen (reservoir sampling, Vitter 1985, algorithm R).</summary>
internal sealed class Reservoir
{
    private const int KeptMax = 400;

    private readonly List<(double Measured, double Predicted)> _kept = [];

    /// <summary>Pairs seen.</summary>
    public long Seen { get; private set; }

    /// <summary>Takes a pair in; both above 0, seconds.</summary>
    public void Add(double measured, double predicted, Rng rng)
    {
        Seen++;
        if (_kept.Count < KeptMax)
        {
            _kept.Add((measured, predicted));
        }
        else if (rng.NextInt((int)Math.Min(int.MaxValue, Seen)) is var at && at < KeptMax)
        {
            _kept[at] = (measured, predicted);
        }
    }

    /// <summary>Measured times, rising.</summary>
    public double[] Measured() => [.. _kept.Select(k => k.Measured).Order()];

    /// <summary>Predicted times, rising.</summary>
    public double[] Predicted() => [.. _kept.Select(k => k.Predicted).Order()];

    /// <summary>Measured / predicted, rising.</summary>
    public double[] Ratios() => [.. _kept.Select(k => k.Measured / k.Predicted).Order()];
}
