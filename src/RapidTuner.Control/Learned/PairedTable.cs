using RapidTuner.Control.Profiles;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;

namespace RapidTuner.Control.Learned;

/// <summary>
/// What a step costs beside the other phase, as factors over the step alone: measured with noise for every pair of a palette's unit
/// counts, overlapped ones included, on a coarse grid of batch, context and chunk.
/// </summary>
internal sealed class PairedTable
{
    private static readonly GridAxis Batch = InLog2(1, 16, 64, 256);
    private static readonly GridAxis Context = InLog2(256, 2048, 16384);
    private static readonly GridAxis Chunk = InLog2(256, 2048, 8192);

    private readonly double[] _decodeFactor;
    private readonly double[] _prefillFactor;
    private readonly int _pairs;

    /// <summary>Measures <paramref name="source"/>.</summary>
    /// <param name="source">What is measured.</param>
    /// <param name="palette">Unit counts; every pair of them.</param>
    /// <param name="seed">Seed of the noise; stream "table-paired".</param>
    /// <param name="noise">Relative standard deviation of a sample, 0 to 1.</param>
    public PairedTable(IStepLatency source, Palette palette, ulong seed, double noise)
    {
        var (decode, prefill) = (palette.DecodeUnits, palette.PrefillUnits);
        _pairs = decode.Length * prefill.Length;
        _decodeFactor = new double[Place(Batch.Count, 0, 0)];
        _prefillFactor = new double[_decodeFactor.Length];
        var measured = new ProfileNoise(new Rng(seed, "table-paired"), noise);
        for (var at = 0; at < _decodeFactor.Length; at++)
        {
            var (cell, pair) = Math.DivRem(at, _pairs);
            var (b, c, k) = (cell / (Context.Count * Chunk.Count), cell / Chunk.Count % Context.Count, cell % Chunk.Count);
            var (decodeUnits, prefillUnits) = (decode[pair / prefill.Length], prefill[pair % prefill.Length]);
            var step = StepWork.Decode(At(Batch, b), At(Batch, b) * (long)At(Context, c));
            var chunk = StepWork.Prefill(1, At(Chunk, k), 0);
            _decodeFactor[at] = measured.Of(source.BesideS(Phase.Decode, in step, decodeUnits, in chunk, prefillUnits)) / measured.Of(source.AloneS(Phase.Decode, in step, decodeUnits));
            _prefillFactor[at] = measured.Of(source.BesideS(Phase.Prefill, in chunk, prefillUnits, in step, decodeUnits)) / measured.Of(source.AloneS(Phase.Prefill, in chunk, prefillUnits));
        }
    }

    /// <summary>Latency of <paramref name="phase"/> beside the other over its latency alone.</summary>
    /// <param name="phase">Whose.</param>
    /// <param name="decode">The decode step.</param>
    /// <param name="prefill">The prefill step.</param>
    /// <param name="pair">Decode's index in the palette times prefill's counts, plus prefill's index.</param>
    public double Factor(Phase phase, in StepWork decode, in StepWork prefill, int pair)
    {
        var batch = Math.Max(1, decode.Sequences);
        var (b, fb) = Batch.LocateHeld(Math.Log2(batch));
        var (c, fc) = Context.LocateHeld(Math.Log2(Math.Max(1, (double)decode.ContextTokens / batch)));
        var (k, fk) = Chunk.LocateHeld(Math.Log2(Math.Max(1, prefill.NewTokens)));
        var table = phase == Phase.Decode ? _decodeFactor : _prefillFactor;
        var low = Plane(table, Place(b, c, k) + pair, fc, fk);
        return low + (fb * (Plane(table, Place(b + 1, c, k) + pair, fc, fk) - low));
    }

    private static GridAxis InLog2(params double[] points) => new([.. points.Select(Math.Log2)]);

    private static int At(GridAxis axis, int index) => (int)Math.Round(Math.Pow(2, axis[index]));

    private int Place(int b, int c, int k) => ((((b * Context.Count) + c) * Chunk.Count) + k) * _pairs;

    private double Plane(double[] table, int near, double fc, double fk)
    {
        var far = near + (Chunk.Count * _pairs);
        var low = table[near] + (fk * (table[near + _pairs] - table[near]));
        var high = table[far] + (fk * (table[far + _pairs] - table[far]));
        return low + (fc * (high - low));
    }
}
