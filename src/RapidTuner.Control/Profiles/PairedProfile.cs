using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;

namespace RapidTuner.Control.Profiles;

/// <summary>
/// The sparse samples of both phases running at once that Bullet takes beside its sweep of each alone (§3.2.4): for every
/// disjoint split, decode by batch, context and length of the prefill beside it, and prefill by length beside a middling decode batch.
/// Stored as factors: measured latency over what the roofline says (§3.2.2 eq. 2).
/// </summary>
internal sealed class PairedProfile
{
    private static readonly GridAxis Batch = InLog2(1, 8, 32, 128, 512);
    private static readonly GridAxis Context = InLog2(256, 2048, 16384, 131072);
    private static readonly GridAxis Beside = InLog2(512, 2048, 8192);
    private static readonly StepWork MiddlingDecode = StepWork.Decode(64, 64 * 2048);

    private readonly ScaledRoofline _roofline;
    private readonly double[] _decodeFactor;
    private readonly double[] _prefillFactor;
    private readonly int _pairs;

    /// <summary>Profiles <paramref name="source"/> at each of <paramref name="splits"/>.</summary>
    public PairedProfile(IStepLatency source, Split[] splits, ScaledRoofline roofline, ulong seed, double noise)
    {
        _roofline = roofline;
        _pairs = splits.Length;
        var measured = new ProfileNoise(new Rng(seed, "profile-paired"), noise);
        _decodeFactor = SampleDecode(source, splits, measured);
        _prefillFactor = SamplePrefill(source, splits, measured);
    }

    /// <summary>
    /// Seconds of a decode step beside a prefill step of <paramref name="besideTokens"/>, for every split: <paramref name="latencyS"/> has one
    /// place for each.
    /// </summary>
    public void DecodeS(int sequences, double contextTokens, double besideTokens, Span<double> latencyS)
    {
        var batch = Math.Max(1, sequences);
        var (b, fb) = Batch.LocateHeld(Math.Log2(batch));
        var (c, fc) = Context.LocateHeld(Math.Log2(Math.Max(1, contextTokens / batch)));
        var (p, fp) = Beside.LocateHeld(Math.Log2(Math.Max(1, besideTokens)));
        for (var i = 0; i < _pairs && i < latencyS.Length; i++)
        {
            var low = Plane(b, c, p, fc, fp, i);
            var high = Plane(b + 1, c, p, fc, fp, i);
            latencyS[i] = _roofline.DecodeS(batch, contextTokens, i) * (low + (fb * (high - low)));
        }
    }

    /// <summary>Seconds of a prefill step beside decode, on the <paramref name="pair"/>-th split.</summary>
    public double PrefillS(in StepWork work, int pair)
    {
        var (t, ft) = Beside.LocateHeld(Math.Log2(Math.Max(1, work.NewTokens)));
        var low = _prefillFactor[(t * _pairs) + pair];
        var factor = low + (ft * (_prefillFactor[((t + 1) * _pairs) + pair] - low));
        return _roofline.PrefillS(in work, pair) * factor;
    }

    private static GridAxis InLog2(params double[] points) => new([.. points.Select(Math.Log2)]);

    private static int At(GridAxis axis, int index) => (int)Math.Round(Math.Pow(2, axis[index]));

    private int Place(int b, int c, int p) => ((((b * Context.Count) + c) * Beside.Count) + p) * _pairs;

    private double Plane(int b, int c, int p, double fc, double fp, int pair)
    {
        var near = Place(b, c, p) + pair;
        var far = near + (Beside.Count * _pairs);
        var low = _decodeFactor[near] + (fp * (_decodeFactor[near + _pairs] - _decodeFactor[near]));
        var high = _decodeFactor[far] + (fp * (_decodeFactor[far + _pairs] - _decodeFactor[far]));
        return low + (fc * (high - low));
    }

    private double[] SampleDecode(IStepLatency source, Split[] splits, ProfileNoise measured)
    {
        var factors = new double[Place(Batch.Count, 0, 0)];
        var at = 0;
        for (var b = 0; b < Batch.Count; b++)
        {
            for (var c = 0; c < Context.Count; c++)
            {
                for (var p = 0; p < Beside.Count; p++)
                {
                    var work = StepWork.Decode(At(Batch, b), At(Batch, b) * (long)At(Context, c));
                    var beside = StepWork.Prefill(1, At(Beside, p), 0);
                    for (var i = 0; i < splits.Length; i++)
                    {
                        var latencyS = measured.Of(source.BesideS(Phase.Decode, in work, splits[i].DecodeUnits, in beside, splits[i].PrefillUnits));
                        factors[at++] = latencyS / _roofline.DecodeS(work.Sequences, work.ContextTokens, i);
                    }
                }
            }
        }

        return factors;
    }

    private double[] SamplePrefill(IStepLatency source, Split[] splits, ProfileNoise measured)
    {
        var factors = new double[Beside.Count * splits.Length];
        var at = 0;
        for (var p = 0; p < Beside.Count; p++)
        {
            var work = StepWork.Prefill(1, At(Beside, p), 0);
            for (var i = 0; i < splits.Length; i++)
            {
                var latencyS = measured.Of(source.BesideS(Phase.Prefill, in work, splits[i].PrefillUnits, in MiddlingDecode, splits[i].DecodeUnits));
                factors[at++] = latencyS / _roofline.PrefillS(in work, i);
            }
        }

        return factors;
    }
}
