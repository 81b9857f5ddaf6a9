using RapidTuner.Engine.Cpu.Model;

namespace RapidTuner.Engine.Cpu.Tests.Reference;

/// <summary>
/// The decoder a second time, as plainly as it can be written, in double precision, the whole sequence at once and without a cache: what the
/// engine's logits are compared with. Shares nothing with it but the source of the weights and their names.
/// </summary>
internal sealed class ReferenceDecoder(DecoderConfig config, ITensorSource source, bool mixtralNames)
{
    private readonly TensorNames _names = new(config, mixtralNames);

    /// <summary>Logits after each token.</summary>
    public double[][] Logits(int[] tokens)
    {
        var embedding = Read(_names.Embedding);
        var x = tokens.Select(t => embedding[t].ToArray()).ToArray();
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var attended = Attend(layer, x.Select(r => Norm(r, Read(_names.AttentionNorm(layer))[0])).ToArray());
            x = Add(x, attended.Select(r => Product(_names.AttentionOut(layer), r)));
            var normed = x.Select(r => Norm(r, Read(_names.FeedForwardNorm(layer))[0])).ToArray();
            x = Add(x, normed.Select(r => config.Experts > 0 ? Mixture(layer, r) : FeedForward(layer, -1, r)));
        }

        return [.. x.Select(r => Product(_names.Head, Norm(r, Read(_names.FinalNorm)[0])))];
    }

    private double[][] Attend(int layer, double[][] x)
    {
        var qkv = _names.Qkv(layer);
        var bias = _names.QkvBias(layer);
        double[][] Project(int part) => [.. x.Select(r => config.QkvBias ? Sum(Product(qkv[part], r), Read(bias[part])[0]) : Product(qkv[part], r))];
        var (queries, keys, values) = (Project(0), Project(1), Project(2));
        var result = new double[x.Length][];
        for (var t = 0; t < x.Length; t++)
        {
            result[t] = new double[config.Heads * config.HeadDim];
            for (var head = 0; head < config.Heads; head++)
            {
                var kvHead = head / (config.Heads / config.KvHeads);
                var query = Turn(Head(queries[t], head), t, config.QkNorm ? _names.QueryNorm(layer) : null);
                var scores = new double[t + 1];
                for (var s = 0; s <= t; s++)
                {
                    scores[s] = Dot(query, Turn(Head(keys[s], kvHead), s, config.QkNorm ? _names.KeyNorm(layer) : null)) / Math.Sqrt(config.HeadDim);
                }

                var weights = Softmax(scores);
                for (var s = 0; s <= t; s++)
                {
                    for (var i = 0; i < config.HeadDim; i++)
                    {
                        result[t][(head * config.HeadDim) + i] += weights[s] * values[s][(kvHead * config.HeadDim) + i];
                    }
                }
            }
        }

        return result;
    }

    private double[] Turn(double[] head, int position, TensorShape? norm)
    {
        if (norm is { } shape)
        {
            head = Norm(head, Read(shape)[0]);
        }

        var half = config.HeadDim / 2;
        var turned = new double[config.HeadDim];
        for (var i = 0; i < half; i++)
        {
            var angle = position * Frequency(i);
            turned[i] = (head[i] * Math.Cos(angle)) - (head[half + i] * Math.Sin(angle));
            turned[half + i] = (head[half + i] * Math.Cos(angle)) + (head[i] * Math.Sin(angle));
        }

        return turned;
    }

    // By wavelength, as the published code of Llama 3.1 has it.
    private double Frequency(int i)
    {
        var frequency = 1 / Math.Pow(config.RopeTheta, 2.0 * i / config.HeadDim);
        if (config.RopeScaling is not { } scaling)
        {
            return frequency;
        }

        var wave = 2 * Math.PI / frequency;
        if (wave < scaling.OriginalContextTokens / scaling.HighFrequencyFactor)
        {
            return frequency;
        }

        if (wave > scaling.OriginalContextTokens / scaling.LowFrequencyFactor)
        {
            return frequency / scaling.Factor;
        }

        var smooth = ((scaling.OriginalContextTokens / wave) - scaling.LowFrequencyFactor) / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor);
        return ((1 - smooth) * frequency / scaling.Factor) + (smooth * frequency);
    }

    private double[] Mixture(int layer, double[] x)
    {
        var shares = Softmax(Product(_names.Router(layer), x));
        var chosen = Enumerable.Range(0, config.Experts).OrderByDescending(e => shares[e]).Take(config.ExpertsPerToken).ToArray();
        var total = config.NormaliseExperts ? chosen.Sum(e => shares[e]) : 1;
        var result = new double[config.Hidden];
        foreach (var expert in chosen)
        {
            var one = FeedForward(layer, expert, x);
            for (var i = 0; i < result.Length; i++)
            {
                result[i] += shares[expert] / total * one[i];
            }
        }

        return result;
    }

    private double[] FeedForward(int layer, int expert, double[] x)
    {
        var gateUp = _names.GateUp(layer, expert);
        var (gate, up) = (Product(gateUp[0], x), Product(gateUp[1], x));
        return Product(_names.Down(layer, expert), [.. gate.Select((g, i) => g / (1 + Math.Exp(-g)) * up[i])]);
    }

    private double[] Norm(double[] x, double[] weight)
    {
        var root = Math.Sqrt((x.Sum(v => v * v) / x.Length) + config.NormEpsilon);
        return [.. x.Select((v, i) => v / root * weight[i])];
    }

    private double[] Head(double[] row, int head) => row[(head * config.HeadDim)..((head + 1) * config.HeadDim)];

    private double[] Product(TensorShape shape, double[] x) => [.. Read(shape).Select(row => Dot(row, x))];

    private double[][] Read(TensorShape shape)
    {
        var rows = new double[shape.Rows][];
        var row = new float[shape.Columns];
        for (var i = 0; i < rows.Length; i++)
        {
            source.ReadRow(shape, i, row);
            rows[i] = [.. row.Select(v => (double)v)];
        }

        return rows;
    }

    private static double[][] Add(double[][] x, IEnumerable<double[]> y) => [.. x.Zip(y, Sum)];

    private static double[] Sum(double[] x, double[] y) => [.. x.Zip(y, (a, b) => a + b)];

    private static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();

    private static double[] Softmax(double[] x)
    {
        var exp = x.Select(v => Math.Exp(v - x.Max())).ToArray();
        return [.. exp.Select(v => v / exp.Sum())];
    }
}
