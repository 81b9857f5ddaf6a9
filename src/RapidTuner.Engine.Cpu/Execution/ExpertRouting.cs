using RapidTuner.Engine.Cpu.Model;
using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Engine.Cpu.Execution;

/// <summary>Which experts each row visits, and the visits ordered by expert, so that an expert's rows lie together.</summary>
internal sealed unsafe class ExpertRouting(DecoderConfig config, int rowsMax)
{
    private readonly int[] _expertOf = new int[rowsMax * config.ExpertsPerToken];
    private readonly int[] _starts = new int[config.Experts + 1];
    private readonly int[] _next = new int[config.Experts];

    /// <summary>Scores of the experts, rows × padded experts.</summary>
    public float[] Scores { get; } = new float[rowsMax * Stride(config)];

    /// <summary>Weight of each visit: row · visits + number.</summary>
    public float[] Weight { get; } = new float[rowsMax * config.ExpertsPerToken];

    /// <summary>Place of each visit among those ordered by expert.</summary>
    public int[] Place { get; } = new int[rowsMax * config.ExpertsPerToken];

    /// <summary>Row of each place.</summary>
    public int[] RowAt { get; } = new int[rowsMax * config.ExpertsPerToken];

    /// <summary>Visits of the step.</summary>
    public int Visits { get; private set; }

    /// <summary>Floats from one row of scores to the next.</summary>
    public static int Stride(DecoderConfig config) => (config.Experts + PackedMatrix.PanelColumns - 1) / PackedMatrix.PanelColumns * PackedMatrix.PanelColumns;

    /// <summary>First place of an expert.</summary>
    public int First(int expert) => _starts[expert];

    /// <summary>Visits of an expert.</summary>
    public int Count(int expert) => _starts[expert + 1] - _starts[expert];

    /// <summary>Chooses from <see cref="Scores"/> each row's experts and orders the visits.</summary>
    public void Route(int rows)
    {
        var visits = config.ExpertsPerToken;
        Visits = rows * visits;
        Array.Clear(_starts);
        for (var row = 0; row < rows; row++)
        {
            Choose(Scores.AsSpan(row * Stride(config), config.Experts), row);
        }

        for (var expert = 0; expert < config.Experts; expert++)
        {
            _next[expert] = _starts[expert];
            _starts[expert + 1] += _starts[expert];
        }

        for (var visit = 0; visit < Visits; visit++)
        {
            var place = _next[_expertOf[visit]]++;
            Place[visit] = place;
            RowAt[place] = visit / visits;
        }
    }

    // The best scores, best first, equal ones by number; their softmax over all experts, made to sum to 1 where the model says so.
    private void Choose(Span<float> scores, int row)
    {
        var visits = config.ExpertsPerToken;
        var max = float.NegativeInfinity;
        foreach (var score in scores)
        {
            max = MathF.Max(max, score);
        }

        var sumAll = 0f;
        foreach (var score in scores)
        {
            sumAll += MathF.Exp(score - max);
        }

        var sum = 0f;
        for (var number = 0; number < visits; number++)
        {
            var best = 0;
            for (var expert = 1; expert < scores.Length; expert++)
            {
                best = scores[expert] > scores[best] ? expert : best;
            }

            var visit = (row * visits) + number;
            _expertOf[visit] = best;
            _starts[best + 1]++;
            Weight[visit] = MathF.Exp(scores[best] - max) / sumAll;
            sum += Weight[visit];
            scores[best] = float.NegativeInfinity;
        }

        for (var number = 0; number < visits && config.NormaliseExperts; number++)
        {
            Weight[(row * visits) + number] /= sum;
        }
    }
}
