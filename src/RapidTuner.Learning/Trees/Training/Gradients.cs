namespace RapidTuner.Learning.Trees.Training;

/// <summary>
/// Targets minus predictions of all rows, and the packed gradients that follow from them. Sums of floating-point numbers are
/// taken over fixed chunks of rows and then in the chunks' order.
/// </summary>
internal sealed class Gradients
{
    /// <summary>Rows of a chunk.</summary>
    private const int ChunkRows = 4096;

    private readonly Loss _loss;
    private readonly WorkTeam _team;
    private readonly double[] _residuals;
    private readonly long[] _packed;
    private readonly double[]? _weights;
    private readonly double[] _chunkSums;

    /// <summary>Gradients for a target; rows of weight 0 have been left out of those that are trained on.</summary>
    public Gradients(Loss loss, double[] residuals, double[]? weights, WorkTeam team)
    {
        (_loss, _residuals, _weights, _team) = (loss, residuals, weights, team);
        _packed = GC.AllocateUninitializedArray<long>(residuals.Length, pinned: true);
        _chunkSums = new double[(residuals.Length + ChunkRows - 1) / ChunkRows];
    }

    /// <summary>Packed gradient of each row; valid on the rows last packed.</summary>
    public long[] Packed => _packed;

    /// <summary>Target minus prediction of each row.</summary>
    public double[] Residuals => _residuals;

    /// <summary>Units of a packed gradient per unit of gradient.</summary>
    public double GradientScale { get; private set; }

    /// <summary>Units of a packed weight per unit of weight; 1 without weights.</summary>
    public double WeightScale { get; private set; } = 1;

    /// <summary>Packs the gradients of <paramref name="rows"/>; false when all of them are 0 and there is nothing left to learn.</summary>
    public bool Pack(int[] rows)
    {
        var sum = Sum(rows, row => Math.Abs(GradientOf(row)));
        if (!(sum > 0))
        {
            return false;
        }

        GradientScale = PackedSum.Limit / sum;
        WeightScale = _weights is null ? 1 : PackedSum.Limit / Sum(rows, row => _weights[row]);
        var parts = _team.PartsFor(rows.Length, 2 * ChunkRows);
        _team.Run(parts, (_, part) =>
        {
            var (from, to) = WorkTeam.Slice(rows.Length, part, parts);
            for (var i = from; i < to; i++)
            {
                var row = rows[i];
                var weight = _weights is null ? 1u : Math.Max(1u, (uint)Math.Round(_weights[row] * WeightScale));
                _packed[row] = PackedSum.Of(GradientOf(row) * GradientScale, weight);
            }
        });
        return true;
    }

    /// <summary>Mean loss over <paramref name="rows"/>, by weight.</summary>
    public double MeanLoss(int[] rows)
    {
        var loss = Sum(rows, row => _loss.Of(_residuals[row]) * WeightOf(row));
        return loss / (_weights is null ? rows.Length : Sum(rows, WeightOf));
    }

    private double WeightOf(int row) => _weights is null ? 1 : _weights[row];

    private double GradientOf(int row)
    {
        var residual = _residuals[row];
        var gradient = _loss.Kind != LossKind.Quantile ? residual : residual > 0 ? _loss.Level : _loss.Level - 1;
        return _weights is null ? gradient : gradient * _weights[row];
    }

    private double Sum(int[] rows, Func<int, double> of)
    {
        var chunks = (rows.Length + ChunkRows - 1) / ChunkRows;
        var parts = _team.PartsFor(chunks, 2);
        _team.Run(parts, (_, part) =>
        {
            var (fromChunk, toChunk) = WorkTeam.Slice(chunks, part, parts);
            for (var chunk = fromChunk; chunk < toChunk; chunk++)
            {
                var sum = 0.0;
                for (var i = chunk * ChunkRows; i < Math.Min(rows.Length, (chunk + 1) * ChunkRows); i++)
                {
                    sum += of(rows[i]);
                }

                _chunkSums[chunk] = sum;
            }
        });

        var total = 0.0;
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            total += _chunkSums[chunk];
        }

        return total;
    }
}
