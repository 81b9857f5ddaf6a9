using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Engine.Cpu.Tests;

/// <summary>Always the same split, and a larger chunk than the engine has room for.</summary>
internal sealed class HeldSplit(Split split, Palette palette) : IPolicy
{
    public string Name => "held";

    public Palette Palette => palette;

    public Decision Decide(in Observation seen) => new() { Split = split, Reason = Reason.Fixed, ChunkTokens = 2048 };
}
