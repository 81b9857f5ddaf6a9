using System.Runtime.CompilerServices;
using RapidTuner.Core;
using RapidTuner.Core.Samples;

namespace RapidTuner.Learning.Latency;

/// <summary>
/// Step latencies of both phases on one device with one model: a physical law whose constants were fitted to samples, trees of its
/// log-residual, conformal intervals per regime. Where trees have seen nothing the law carries the prediction and the interval
/// grows. Immutable, safe to share between threads; a prediction allocates nothing.
/// </summary>
public sealed class LatencyModel
{
    /// <summary>Most unit counts of one sweep.</summary>
    public const int SweepMax = 64;

    private readonly PhaseLatency _prefill;
    private readonly PhaseLatency _decode;
    private readonly StepLaw _prefillLaw;
    private readonly StepLaw _decodeLaw;
    private readonly StepGrid _grid;

    internal LatencyModel(LatencyScene scene, PhaseLatency prefill, PhaseLatency decode, LatencyReport report)
    {
        (Scene, _prefill, _decode, Report) = (scene, prefill, decode, report);
        _grid = StepGrid.Of(scene);
        _prefillLaw = new StepLaw(scene, prefill.Constants);
        _decodeLaw = new StepLaw(scene, decode.Constants);
    }

    /// <summary>The device and model that it predicts.</summary>
    public LatencyScene Scene { get; }

    /// <summary>How it was made and how well it does.</summary>
    public LatencyReport Report { get; }

    /// <summary>What is believed of a device and model before any sample: the physical law with its prior constants, a factor of 2 wide.</summary>
    public static LatencyModel Prior(LatencyScene scene) => new(scene, PhaseLatency.Prior, PhaseLatency.Prior, new LatencyReport { Origin = "prior" });

    /// <summary>
    /// This model for another device or model: fitted constants are relative to the datasheet, so peaks and bandwidth scale by its
    /// ratio; the trees stay with the device and model that they were fitted to; intervals widen by <paramref name="logWidth"/>.
    /// </summary>
    /// <param name="scene">The other device or model.</param>
    /// <param name="logWidth">What half a 90 % interval grows by, as a logarithm.</param>
    public LatencyModel For(LatencyScene scene, double logWidth)
    {
        ArgumentNullException.ThrowIfNull(scene);
        return new LatencyModel(scene, Moved(_prefill), Moved(_decode), Report with { Origin = $"{Scene.Device} with {Scene.Model}, scaled by datasheet" });

        PhaseLatency Moved(PhaseLatency of) => of with
        {
            Trees = null,
            Offsets = [.. of.Offsets.Select(o => new LatencyOffsets(o.Low - o.Median - logWidth, 0, o.High - o.Median + logWidth, 0))],
        };
    }

    /// <summary>This model by its physical law alone: what its trees are worth shows beside it. Intervals are those of a model without samples.</summary>
    public LatencyModel WithoutTrees()
    {
        return new LatencyModel(Scene, Bare(_prefill), Bare(_decode), Report with { Origin = $"{Report.Origin}, without trees" });

        static PhaseLatency Bare(PhaseLatency of) => of with { Trees = null, Offsets = PhaseLatency.Prior.Offsets };
    }

    /// <summary>Median and interval of a step; <paramref name="besideUnits"/> 0: alone.</summary>
    [SkipLocalsInit]
    public LatencyEstimate Estimate(Phase phase, in StepWork work, int units, in StepWork beside = default, int besideUnits = 0)
    {
        Span<double> row = stackalloc double[LatencyFeatures.Count];
        var (own, other) = Clamped(units, besideUnits);
        LatencyFeatures.Fill(row, in _grid, in work, own, in beside, other);
        var of = Of(phase);
        var offsets = of.Offsets[(int)RegimeOf(own, in beside, other)];
        var log = LawLog(phase, in work, own, in beside, other) + (of.Trees?.Predict(row) ?? 0);
        var widened = 1 + of.Beyond(row);
        var (low, high) = ((offsets.Low - offsets.Median) * widened, (offsets.High - offsets.Median) * widened);
        var p50S = Math.Exp(log + offsets.Median);
        return new LatencyEstimate(p50S, p50S * Math.Exp(high), p50S * Math.Exp(low), p50S * Math.Exp(high));
    }

    /// <summary>ln(measured / predicted median) of a step; NaN for one of which a model of single phases says nothing.</summary>
    public double ResidualOf(in StepSample sample) =>
        LatencyRow.TryRead(in sample, Scene.Units, out var row)
            ? row.LogS - LogOf(sample.Phase, row.Work, row.Units, row.Beside, row.BesideUnits, out _)
            : double.NaN;

    /// <summary>The law's time without trees, seconds: what carries predictions where nothing was sampled.</summary>
    public double LawS(Phase phase, in StepWork work, int units, in StepWork beside = default, int besideUnits = 0)
    {
        var (own, other) = Clamped(units, besideUnits);
        return Math.Exp(LawLog(phase, in work, own, in beside, other));
    }

    /// <summary>Logarithm of a step's median time, seconds; <paramref name="upper"/>: further up to the calibrated 95 %.</summary>
    [SkipLocalsInit]
    internal double LogOf(Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits, out double upper)
    {
        Span<double> row = stackalloc double[LatencyFeatures.Count];
        var (own, other) = Clamped(units, besideUnits);
        LatencyFeatures.Fill(row, in _grid, in work, own, in beside, other);
        var of = Of(phase);
        var offsets = of.Offsets[(int)RegimeOf(own, in beside, other)];
        upper = (offsets.High - offsets.Median) * (1 + of.Beyond(row));
        return LawLog(phase, in work, own, in beside, other) + (of.Trees?.Predict(row) ?? 0) + offsets.Median;
    }

    /// <summary>The same for several unit counts at once: what does not change between them is computed once.</summary>
    /// <param name="phase">The step's phase.</param>
    /// <param name="work">The step.</param>
    /// <param name="units">Its unit counts, at most <see cref="SweepMax"/>.</param>
    /// <param name="beside">The other step; empty: alone.</param>
    /// <param name="besideUnits">The other's units, one per entry of <paramref name="units"/>; 0: alone.</param>
    /// <param name="logs">Logarithms of the medians.</param>
    /// <param name="uppers">Further up to the calibrated 95 %.</param>
    [SkipLocalsInit]
    internal void LogsOf(Phase phase, in StepWork work, ReadOnlySpan<int> units, in StepWork beside, ReadOnlySpan<int> besideUnits, Span<double> logs, Span<double> uppers)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(units.Length, SweepMax);
        Span<double> rows = stackalloc double[SweepMax * LatencyFeatures.Count];
        rows = rows[..(units.Length * LatencyFeatures.Count)];
        var of = Of(phase);
        LatencyFeatures.Fill(rows[..LatencyFeatures.Count], in _grid, in work, 1, in beside, 1);
        for (var i = 0; i < units.Length; i++)
        {
            var row = rows.Slice(i * LatencyFeatures.Count, LatencyFeatures.Count);
            var (own, other) = (Math.Clamp(units[i], 1, Scene.Units), Math.Clamp(besideUnits[i], 0, Scene.Units));
            if (i > 0 && other > 0)
            {
                rows[..LatencyFeatures.Count].CopyTo(row);
                LatencyFeatures.FillUnits(row, in _grid, in work, own, in beside, other);
            }
            else
            {
                LatencyFeatures.Fill(row, in _grid, in work, own, in beside, other);
            }
        }

        if (of.Trees is null)
        {
            logs[..units.Length].Clear();
        }
        else
        {
            of.Trees.Predict(rows, logs[..units.Length]);
        }

        for (var i = 0; i < units.Length; i++)
        {
            var (own, other) = (Math.Clamp(units[i], 1, Scene.Units), Math.Clamp(besideUnits[i], 0, Scene.Units));
            var offsets = of.Offsets[(int)RegimeOf(own, in beside, other)];
            logs[i] += LawLog(phase, in work, own, in beside, other) + offsets.Median;
            uppers[i] = (offsets.High - offsets.Median) * (1 + of.Beyond(rows.Slice(i * LatencyFeatures.Count, LatencyFeatures.Count)));
        }
    }

    /// <summary>The regime of a step.</summary>
    internal LatencyRegime RegimeOf(int units, in StepWork beside, int besideUnits) =>
        besideUnits <= 0 || beside.Sequences == 0 ? LatencyRegime.Alone
        : units + besideUnits > Scene.Units ? LatencyRegime.Overlapped
        : LatencyRegime.Disjoint;

    /// <summary>What is known of a phase.</summary>
    internal PhaseLatency Of(Phase phase) => phase == Phase.Decode ? _decode : _prefill;

    /// <summary>Logarithm of the law's time, without trees.</summary>
    internal double LawLog(Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits)
    {
        var (law, otherLaw) = phase == Phase.Decode ? (_decodeLaw, _prefillLaw) : (_prefillLaw, _decodeLaw);
        var own = law.Alone(in work, units);
        var log = Math.Log(own.TotalS);
        if (besideUnits > 0 && beside.Sequences > 0)
        {
            var other = otherLaw.Alone(in beside, besideUnits);
            log += law.LogSlowed(in own, units, in other, besideUnits);
        }

        return log;
    }

    private (int Units, int BesideUnits) Clamped(int units, int besideUnits) =>
        (Math.Clamp(units, 1, Scene.Units), Math.Clamp(besideUnits, 0, Scene.Units));
}
