namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>Quantiles of a piecewise linear cumulative function.</summary>
internal sealed class Cdf
{
    private readonly double[] _at;
    private readonly double[] _upTo;

    /// <summary>Takes a checked <paramref name="spec"/>.</summary>
    public Cdf(CdfSpec spec) => (_at, _upTo) = ([.. spec.At], [.. spec.UpTo]);

    /// <summary>The value up to which a share <paramref name="u"/> (0 to 1) of the distribution lies.</summary>
    public double Quantile(double u)
    {
        var above = Array.BinarySearch(_upTo, u);
        if (above < 0)
        {
            above = ~above;
        }
        else
        {
            // Of points with one and the same share the first is where the share is reached.
            while (above > 0 && _upTo[above - 1] >= u)
            {
                above--;
            }
        }

        above = Math.Clamp(above, 1, _at.Length - 1);
        var width = _upTo[above] - _upTo[above - 1];
        var share = width > 0 ? (u - _upTo[above - 1]) / width : 1;
        return _at[above - 1] + (Math.Clamp(share, 0, 1) * (_at[above] - _at[above - 1]));
    }

    /// <summary>The same for a whole-numbered quantity: the first value is never reached.</summary>
    public int WholeQuantile(double u) => (int)Math.Max(Math.Ceiling(Quantile(u)), _at[0] + 1);
}
