using RapidTuner.Core;
using RapidTuner.Engine.Profiling;

namespace RapidTuner.Engine.Tests.Profiling;

/// <summary>A device that follows a known law: prefill ∝ 1/units, decode saturates at a known count and slows by a known factor beside prefill.</summary>
internal sealed class LawMeter : IStepMeter
{
    public const int Knee = 12;
    public const double Slowdown = 1.25;

    public int Measured { get; private set; }

    public ProfilePoint? Fails { get; init; }

    public bool Loses { get; init; }

    public string Device => "Law";

    public string Model => "law-1b";

    public string? Stack => "graphs";

    public int Units => 32;

    public IReadOnlyList<int> AllowedUnits => [4, 8, 12, 16, 20, 24, 28, 32];

    public ProfileMeasurement Measure(ProfilePoint point, CancellationToken cancel)
    {
        if (point == Fails)
        {
            throw new StepMeterException("out of memory", Loses);
        }

        Measured++;
        var step = point.Step;
        var alone = step.Phase == Phase.Prefill
            ? 1e-4 * step.SeqLenTokens / step.Units
            : 1e-5 * step.BatchSeqs * Math.Max(1, (double)Knee / step.Units);
        var median = alone * (point.Beside is null || step.Phase == Phase.Prefill ? 1 : Slowdown);
        return new ProfileMeasurement(median, median * 0.99, median * 1.01, 9, 1.5e9, 300, false);
    }

    public IReadOnlyDictionary<string, double> Facts(CancellationToken cancel) => new Dictionary<string, double> { ["switch_s"] = 1e-6 };

    public void Dispose()
    {
    }
}
