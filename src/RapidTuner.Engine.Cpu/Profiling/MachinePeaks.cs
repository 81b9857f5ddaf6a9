using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Engine.Cpu.Profiling;

/// <summary>What one core of this machine does at best, measured for some tens of milliseconds: a yardstick, not a promise.</summary>
/// <param name="FlopPerS">Rate of a matrix product in 32-bit floats that stays in the caches, flop per second.</param>
/// <param name="BytesPerS">Rate of a copy of memory larger than the caches, bytes read and written per second.</param>
public sealed record MachinePeaks(double FlopPerS, double BytesPerS)
{
    private const int Edge = 384;
    private const int CopyBytes = 64 << 20;
    private const int Rounds = 5;

    /// <summary>Measures; the best of a few rounds counts.</summary>
    public static unsafe MachinePeaks Measure(TimeProvider clock)
    {
        using var w = new PackedMatrix(Edge, Edge, WeightFormat.FullPrecision, withBias: false);
        using var x = NativeBuffer.OfFloats(Edge * Edge);
        using var y = NativeBuffer.OfFloats(Edge * Edge);
        using var from = new NativeBuffer(CopyBytes);
        using var to = new NativeBuffer(CopyBytes);
        var (flopPerS, bytesPerS) = (0.0, 0.0);
        for (var round = 0; round < Rounds; round++)
        {
            var started = clock.GetTimestamp();
            Gemm.Tile(w, x.Floats, Edge, Edge, 0, w.Panels, y.Floats, Edge, add: false);
            flopPerS = Math.Max(flopPerS, 2.0 * Edge * Edge * Edge / clock.GetElapsedTime(started).TotalSeconds);
            started = clock.GetTimestamp();
            Buffer.MemoryCopy(from.Pointer, to.Pointer, CopyBytes, CopyBytes);
            bytesPerS = Math.Max(bytesPerS, 2.0 * CopyBytes / clock.GetElapsedTime(started).TotalSeconds);
        }

        return new MachinePeaks(flopPerS, bytesPerS);
    }
}
