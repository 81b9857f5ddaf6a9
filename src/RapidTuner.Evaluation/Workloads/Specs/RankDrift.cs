using RapidTuner.Core.Numerics;

namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>
/// Draws ranks of prompts and outputs whose distribution shifts over time. All periods together, the ranks of the outputs of
/// each class of prompts are uniform, so that drift moves lengths in time and changes none of their distributions.
/// </summary>
internal sealed class RankDrift
{
    private readonly double _stepS;
    private readonly double[][] _prompt;
    private readonly double[][] _output;
    private readonly double[][] _outputUpTo;

    /// <summary>Drift as <paramref name="spec"/> has it, for the classes of prompts that <paramref name="classLimits"/> part.</summary>
    public RankDrift(DriftSpec spec, double[] classLimits)
    {
        _stepS = spec.StepS;
        _prompt = [.. spec.Prompt.Select(row => row.ToArray())];
        _output = [.. spec.Output.Select(row => row.ToArray())];
        double[] bounds = [0, .. classLimits, 1];
        _outputUpTo = [.. Enumerable.Range(0, classLimits.Length + 1).Select(at => Mixed(bounds[at], bounds[at + 1]))];
    }

    /// <summary>Rank of a prompt among all prompts, in [0, 1).</summary>
    public double Prompt(double arrivalS, Rng rng) => Rank(_prompt[Period(arrivalS, _prompt)], rng);

    /// <summary>Rank of an output among those of its class of prompts, in [0, 1).</summary>
    public double Output(double arrivalS, int promptClass, Rng rng)
    {
        var rank = Rank(_output[Period(arrivalS, _output)], rng);
        var upTo = _outputUpTo[promptClass];
        var at = rank * (upTo.Length - 1);
        var bin = (int)at;
        return Math.Min(upTo[bin] + ((at - bin) * (upTo[bin + 1] - upTo[bin])), 1 - 1e-12);
    }

    private int Period(double arrivalS, double[][] rows) => Math.Min((int)(arrivalS / _stepS), rows.Length - 1);

    private static double Rank(double[] weights, Rng rng)
    {
        var left = rng.NextDouble() * weights.Sum();
        var bin = 0;
        while (bin < weights.Length - 1 && left >= weights[bin])
        {
            left -= weights[bin++];
        }

        var share = weights[bin] > 0 ? Math.Min(left / weights[bin], 1 - 1e-12) : 0.5;
        return (bin + share) / weights.Length;
    }

    /// <summary>
    /// How the output ranks of one class add up over the periods, cumulatively. A period counts by the weight of the class in it:
    /// weights of prompts are requests.
    /// </summary>
    private double[] Mixed(double fromRank, double toRank)
    {
        var bins = _output[0].Length;
        var sums = new double[bins];
        for (var period = 0; period < Math.Min(_prompt.Length, _output.Length); period++)
        {
            var row = _prompt[period];
            var inClass = 0.0;
            for (var bin = 0; bin < row.Length; bin++)
            {
                var overlap = Math.Min(toRank, (bin + 1.0) / row.Length) - Math.Max(fromRank, (double)bin / row.Length);
                inClass += Math.Max(0, overlap) * row.Length * row[bin];
            }

            var total = _output[period].Sum();
            for (var bin = 0; bin < bins; bin++)
            {
                sums[bin] += inClass * _output[period][bin] / total;
            }
        }

        var all = sums.Sum();
        var upTo = new double[bins + 1];
        for (var bin = 0; bin < bins; bin++)
        {
            upTo[bin + 1] = all > 0 ? upTo[bin] + (sums[bin] / all) : (bin + 1.0) / bins;
        }

        return upTo;
    }
}
