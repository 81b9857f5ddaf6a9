using RapidTuner.Commands;
using RapidTuner.Core.Control;
using RapidTuner.Engine.Cpu;
using RapidTuner.Engine.Cpu.Profiling;
using RapidTuner.Engine.Profiling;
using RapidTuner.Serving;

namespace RapidTuner.Profiling;

/// <summary>Opens this machine's cores to be profiled.</summary>
internal static class CpuProfiling
{
    private const double PointS = 0.5;

    /// <summary>What is measured: steps of milliseconds to a second on a few cores.</summary>
    private static readonly ProfileGrid Grid = new([32, 64, 128, 256, 512], [1, 4, 8, 16, 32], [128, 512, 1024]);

    /// <summary>Opens the model that was asked for on all cores.</summary>
    /// <exception cref="Core.Errors.BadInputException">The model is unknown or its files cannot be used.</exception>
    public static (IStepMeter Meter, ProfileGrid Grid) Open(ProfileRequest asked, TimeProvider clock)
    {
        // The model lives as long as the program: it is profiled once.
        var model = CpuModels.Open(asked.ModelPath, asked.Generated, asked.Weights, asked.Seed);
        return (new CpuStepMeter(model, new CpuEngineOptions { Slo = new Slo("paper", 1, 1, 0.1) }, Grid, PointS, clock), Grid);
    }
}
