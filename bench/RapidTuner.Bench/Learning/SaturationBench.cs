using RapidTuner.Core;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Numerics;
using RapidTuner.Core.Samples;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Registry;
using RapidTuner.Learning.Saturation;

namespace RapidTuner.Bench.Learning;

/// <summary>Saturation points and contention factors against the twin without noise: from the shipped latency models, and learned directly.</summary>
internal sealed class SaturationBench : IBench
{
    /// <summary>Repeats behind each median of a measured curve.</summary>
    private const int Repeats = 5;

    /// <summary>Steps whose whole curves are measured to learn from directly.</summary>
    private const int DirectWorks = 800;

    /// <summary>Slack of a curve at the predicted point, relative to the threshold.</summary>
    private const double ThresholdSlack = 0.02;

    public string Name => "saturation";

    public string About => "saturation points and contention factors, derived and learned directly, against the twin without noise; --only --works";

    public void Run(BenchOptions options, TextWriter output)
    {
        var only = options.Text("only", "");
        var works = (int)options.Number("works", 400);
        options.Check();
        var points = new List<string>();
        var factors = new List<string>();
        foreach (var pair in LatencyPair.MainOf(SpecCatalogue.Open(), only))
        {
            var champion = new ChampionStore(null, ModelFolder.Shipped, Console.Error.WriteLine).Find(pair.Device, pair.Model, 1);
            int[] units = [.. pair.Device.AllowedUnits()];
            StepSample[] seen = [.. pair.Profile(6 * DirectWorks, 11)];
            StepSample[] fresh = [.. pair.Profile(6 * works, 2002)];
            foreach (var phase in new[] { Phase.Prefill, Phase.Decode })
            {
                var noise = new Rng(5, "curves");
                var name = $"{pair.Device.Name} {pair.Model.Name} | {phase.ToString().ToLowerInvariant()}";
                StepWork[] measured = [.. seen.Where(s => s.Phase == phase).Take(DirectWorks).Select(s => s.Work)];
                StepWork[] asked = [.. fresh.Where(s => s.Phase == phase).Take(works).Select(s => s.Work)];
                var direct = DirectQuantity.Fit([.. measured.Select(w => new DirectRow(w, 0, default, 0, PointOf(pair, phase, w, units, noise)))], StepGrid.Of(pair.Scene), 1)!;
                points.Add($"| {name} | {PointRow(pair, phase, asked, units, w => SaturationCurve.Of(champion.Model, phase, w, units) is var c ? (c.Units, c.LowUnits, c.HighUnits) : default)} | "
                    + $"{PointRow(pair, phase, asked, units, w => Rounded(pair.Device, direct.Predict(w, 0, default, 0)))} |");
                StepSample[] seenPairs = [.. seen.Where(s => s.Phase == phase && s.BesideUnits > 0).Take(2 * DirectWorks)];
                var directFactor = DirectQuantity.Fit([.. seenPairs.Select(s => new DirectRow(s.Work, s.Units, s.Beside, s.BesideUnits, MeasuredFactor(pair, s, noise)))], StepGrid.Of(pair.Scene), 1)!;
                foreach (var overlapped in new[] { false, true })
                {
                    StepSample[] steps = [.. fresh.Where(s => s.Phase == phase && s.BesideUnits > 0 && (s.Units + s.BesideUnits > s.DeviceUnits) == overlapped).Take(2 * works)];
                    factors.Add($"| {name} {(overlapped ? "overlapped" : "disjoint")} | {steps.Length} | {FactorRow(pair, steps, s => ContentionFactor.Of(champion.Model, s.Phase, s.Work, s.Units, s.Beside, s.BesideUnits) is var f ? (f.Factor, f.Low, f.High) : default)} | "
                        + $"{FactorRow(pair, steps, s => directFactor.Predict(s.Work, s.Units, s.Beside, s.BesideUnits))} |");
                }
            }
        }

        output.WriteLine("| device, model | phase | derived: within tolerance | interval holds | its width, units | direct: within tolerance | interval holds | its width, units |");
        output.WriteLine("|---|---|---|---|---|---|---|---|");
        points.ForEach(output.WriteLine);
        output.WriteLine();
        output.WriteLine("| device, model | phase, split | steps | true factor, mean | derived: MAE | interval holds | width | true factor, mean | direct: MAE | interval holds | width |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        factors.ForEach(output.WriteLine);
    }

    /// <summary>A point as a device would measure it: medians of noisy repeats, an isotonic curve through them (DESIGN §1).</summary>
    private static double PointOf(LatencyPair pair, Phase phase, StepWork work, int[] units, Rng noise)
    {
        var medians = Array.ConvertAll(units, u => Median(pair.Cost.AloneS(phase, work, u), noise));
        var curve = IsotonicCurve.Falling(medians);
        return SaturationCurve.PointOf([.. units.Select((u, i) => (u, curve[i]))]);
    }

    private static double MeasuredFactor(LatencyPair pair, StepSample s, Rng noise) =>
        Median(pair.Cost.BesideS(s.Phase, s.Work, s.Units, s.Beside, s.BesideUnits), noise) / Median(pair.Cost.AloneS(s.Phase, s.Work, s.Units), noise);

    private static double Median(double seconds, Rng noise)
    {
        var repeats = new double[Repeats];
        for (var i = 0; i < Repeats; i++)
        {
            repeats[i] = seconds * Math.Exp(0.02 * noise.NextGaussian());
        }

        Array.Sort(repeats);
        return repeats[Repeats / 2];
    }

    private static (int Units, int Low, int High) Rounded(DeviceSpec device, (double Value, double Low, double High) of) =>
        (device.NearestAllowed((int)Math.Round(of.Value)), device.NearestAllowed((int)Math.Floor(of.Low)), device.NearestAllowed((int)Math.Min(device.Units, Math.Ceiling(of.High))));

    private static string PointRow(LatencyPair pair, Phase phase, StepWork[] works, int[] units, Func<StepWork, (int Units, int Low, int High)> predict)
    {
        var tolerance = Math.Max(pair.Device.Step, 0.05 * pair.Device.Units);
        var (within, inside, width) = (0, 0, 0.0);
        foreach (var work in works)
        {
            var w = work;
            var truth = SaturationCurve.PointOf([.. units.Select(u => (u, pair.Cost.AloneS(phase, in w, u)))]);
            var (at, low, high) = predict(work);
            var threshold = (1 + SaturationCurve.Tolerance) * pair.Cost.AloneS(phase, in w, pair.Device.Units);
            within += Math.Abs(at - truth) <= tolerance || Math.Abs((pair.Cost.AloneS(phase, in w, at) / threshold) - 1) <= ThresholdSlack ? 1 : 0;
            inside += truth >= low && truth <= high ? 1 : 0;
            width += high - low;
        }

        return $"{(double)within / works.Length:P1} | {(double)inside / works.Length:P1} | {width / works.Length:F1}";
    }

    private static string FactorRow(LatencyPair pair, StepSample[] steps, Func<StepSample, (double Value, double Low, double High)> predict)
    {
        var (mean, error, inside, width) = (0.0, 0.0, 0, 0.0);
        foreach (var s in steps)
        {
            var truth = pair.Cost.BesideS(s.Phase, s.Work, s.Units, s.Beside, s.BesideUnits) / pair.Cost.AloneS(s.Phase, s.Work, s.Units);
            var (value, low, high) = predict(s);
            mean += truth;
            error += Math.Abs(value - truth);
            inside += truth >= low && truth <= high ? 1 : 0;
            width += high - low;
        }

        var n = steps.Length;
        return $"{mean / n:F3} | {error / n:F4} | {(double)inside / n:P1} | {width / n:F3}";
    }
}
