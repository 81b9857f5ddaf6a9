using RapidTuner.Engine.Cpu;

namespace RapidTuner.Serving;

/// <summary>The looped load as the CPU engine takes it: lengths only.</summary>
internal sealed class CpuLoad(LoopedLoad load) : ICpuLoad
{
    /// <inheritdoc/>
    public double NextArrivalS => load.NextArrivalS;

    /// <inheritdoc/>
    public CpuLoadRequest Take()
    {
        var request = load.Take(out var limitS);
        return new CpuLoadRequest(request.ArrivalS, request.PromptTokens, request.OutputTokens, limitS);
    }
}
