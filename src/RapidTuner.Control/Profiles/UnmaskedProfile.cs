using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;

namespace RapidTuner.Control.Profiles;

/// <summary>
/// Decode beside prefill with no mask on either: what RAPID-Serve needs to know up to which decode load over-allocation keeps
/// the ITL. Measured on a coarse grid beside one full prefill chunk, with noise; interpolated in a line.
/// </summary>
internal sealed class UnmaskedProfile
{
    private static readonly GridAxis Batch = new(1, 4, 16, 64, 256, 1024);
    private readonly double[] _decodeS;

    /// <summary>Profiles <paramref name="source"/> beside prefill steps of <paramref name="chunkTokens"/>.</summary>
    public UnmaskedProfile(IStepLatency source, int deviceUnits, int chunkTokens, ulong seed, double noise)
    {
        var measured = new ProfileNoise(new Rng(seed, "profile-unmasked"), noise);
        var beside = StepWork.Prefill(1, chunkTokens, 0);
        _decodeS = new double[Batch.Count * ProfileGrid.Coarse.DecodeContext.Count];
        for (var b = 0; b < Batch.Count; b++)
        {
            for (var c = 0; c < ProfileGrid.Coarse.DecodeContext.Count; c++)
            {
                var work = StepWork.Decode((int)Batch[b], (long)(Batch[b] * ProfileGrid.Coarse.DecodeContext[c]));
                _decodeS[(b * ProfileGrid.Coarse.DecodeContext.Count) + c] =
                    measured.Of(source.BesideS(Phase.Decode, in work, deviceUnits, in beside, deviceUnits));
            }
        }
    }

    /// <summary>Seconds of a decode step of <paramref name="sequences"/> reading <paramref name="contextTokens"/> in all.</summary>
    public double DecodeS(int sequences, double contextTokens)
    {
        var batch = Math.Max(1, sequences);
        var (b, fb) = Batch.Locate(batch);
        var (c, fc) = ProfileGrid.Coarse.DecodeContext.Locate(Math.Max(0, contextTokens) / batch);
        var near = (b * ProfileGrid.Coarse.DecodeContext.Count) + c;
        var far = near + ProfileGrid.Coarse.DecodeContext.Count;
        var low = _decodeS[near] + (fc * (_decodeS[near + 1] - _decodeS[near]));
        var high = _decodeS[far] + (fc * (_decodeS[far + 1] - _decodeS[far]));
        return Math.Max(0, low + (fb * (high - low)));
    }
}
