namespace RapidTuner.Learning.Forecasting.Methods;

/// <summary>Least squares in four unknowns with forgetting and a ridge, solved by Cholesky without allocation.</summary>
/// <param name="keep">What an observation's weight shrinks to with each further one, 0 to 1.</param>
/// <param name="ridgeShare">Ridge / mean of the diagonal, above 0.</param>
internal sealed class NormalEquations(double keep, double ridgeShare)
{
    private const int Unknowns = 4;

    private readonly double[] _matrix = new double[Unknowns * Unknowns];
    private readonly double[] _right = new double[Unknowns];
    private readonly double[] _weights = new double[Unknowns];

    /// <summary>Observations so far.</summary>
    public int Count { get; private set; }

    /// <summary>The solution; zeros before the first.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Adds an observation.</summary>
    public void Add(ReadOnlySpan<double> inputs, double target)
    {
        for (var i = 0; i < Unknowns; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                ref var cell = ref _matrix[(i * Unknowns) + j];
                cell = (keep * cell) + (inputs[i] * inputs[j]);
            }

            _right[i] = (keep * _right[i]) + (inputs[i] * target);
        }

        Count = Math.Min(Count + 1, int.MaxValue - 1);
    }

    /// <summary>Solves for the weights; leaves them when the equations are singular.</summary>
    public void Solve()
    {
        Span<double> lower = stackalloc double[Unknowns * Unknowns];
        Span<double> x = stackalloc double[Unknowns];
        var trace = _matrix[0] + _matrix[Unknowns + 1] + _matrix[(2 * Unknowns) + 2] + _matrix[(3 * Unknowns) + 3];
        var ridge = ridgeShare * trace / Unknowns;
        for (var i = 0; i < Unknowns; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = _matrix[(i * Unknowns) + j] + (i == j ? ridge : 0);
                for (var k = 0; k < j; k++)
                {
                    sum -= lower[(i * Unknowns) + k] * lower[(j * Unknowns) + k];
                }

                if (i == j && !(sum > 0))
                {
                    return;
                }

                lower[(i * Unknowns) + j] = i == j ? Math.Sqrt(sum) : sum / lower[(j * Unknowns) + j];
            }
        }

        for (var i = 0; i < Unknowns; i++)
        {
            var sum = _right[i];
            for (var k = 0; k < i; k++)
            {
                sum -= lower[(i * Unknowns) + k] * x[k];
            }

            x[i] = sum / lower[(i * Unknowns) + i];
        }

        for (var i = Unknowns - 1; i >= 0; i--)
        {
            var sum = x[i];
            for (var k = i + 1; k < Unknowns; k++)
            {
                sum -= lower[(k * Unknowns) + i] * x[k];
            }

            x[i] = sum / lower[(i * Unknowns) + i];
        }

        x.CopyTo(_weights);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_matrix);
        Array.Clear(_right);
        Array.Clear(_weights);
        Count = 0;
    }
}
