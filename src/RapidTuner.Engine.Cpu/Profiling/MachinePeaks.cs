using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Engine.Cpu.Profiling;

/// <summary>What one core of this machine does at best, measured for some tens of milliseconds: a yardstick, not a promise.</summary>
/// <param name="FlopPerS">Rate of a matrix product in 32-bit floats that stays in the caches, flop per second.</param>
/// <param name="BytesPerS">Rate of a copy of memory larger than the caches, bytes read and written per second.</param>
public sealed record MachinePeaks(double FlopPerS, double BytesPerS)
{
    // Chosen: each timed piece takes about half a millisecond, less than a scheduler's slice, so that the best of many is a piece that nothing interrupted.
    private const int Edge = 384;
    private const int CopyBytes = 64 << 20;
    private const int PieceBytes = 4 << 20;
    private const int Products = 60;
    private const int CopyRounds = 5;

    /// <summary>Measures; the best of many short pieces counts.</summary>
    public static unsafe MachinePeaks Measure(TimeProvider clock)
    {
        using var w = new PackedMatrix(Edge, Edge, WeightFormat.FullPrecision, withBias: false);
        using var x = NativeBuffer.OfFloats(Edge * Edge);
        using var y = NativeBuffer.OfFloats(Edge * Edge);
        using var from = new NativeBuffer(CopyBytes);
        using var to = new NativeBuffer(CopyBytes);
        var (flopPerS, bytesPerS) = (0.0, 0.0);
        for (var product = 0; product < Products; product++)
        {
            var started = clock.GetTimestamp();
            Gemm.Tile(w, x.Floats, Edge, Edge, 0, w.Panels, y.Floats, Edge, add: false);
            flopPerS = Math.Max(flopPerS, 2.0 * Edge * Edge * Edge / clock.GetElapsedTime(started).TotalSeconds);
        }

        for (var copied = 0L; copied < (long)CopyRounds * CopyBytes; copied += PieceBytes)
        {
            var offset = copied % CopyBytes;
            var started = clock.GetTimestamp();
            Buffer.MemoryCopy(from.Pointer + offset, to.Pointer + offset, PieceBytes, PieceBytes);
            bytesPerS = Math.Max(bytesPerS, 2.0 * PieceBytes / clock.GetElapsedTime(started).TotalSeconds);
        }

        return new MachinePeaks(flopPerS, bytesPerS);
    }
}
