using RapidTuner.Core;
using RapidTuner.Core.Samples;

namespace RapidTuner.Engine.Scheduling;

/// <summary>The step that a stream runs, and what ran beside it.</summary>
internal struct RunningStep
{
    public bool Running;
    public double StartS;
    public int Units;
    public StepWork Work;
    public StepWork Fused;
    public Core.Control.Reason Reason;
    public Core.Split Split;

    /// <summary>Seconds during which the other phase ran, closed intervals only.</summary>
    public double BesideS;
    public StepWork BesideWork;
    public int BesideUnits;

    /// <summary>The other phase's step, which ran from <paramref name="other"/>'s start, ends at <paramref name="nowS"/>.</summary>
    public void EndBeside(in RunningStep other, double nowS)
    {
        if (Running)
        {
            BesideS += nowS - Math.Max(StartS, other.StartS);
        }
    }

    /// <summary>The other phase's step starts, or was running when this one started.</summary>
    public void MeetBeside(in RunningStep other)
    {
        BesideWork = other.Work;
        BesideUnits = other.Units;
    }

    /// <summary>What is told of the step when it ends at <paramref name="nowS"/>; a hybrid one has its decode part beside it all along.</summary>
    public readonly StepSample ToSample(long seq, Phase phase, double nowS, int deviceUnits, double kvFreeShare)
    {
        var hybrid = phase == Phase.Hybrid;
        var lengthS = nowS - StartS;
        return new StepSample
        {
            Seq = seq,
            Phase = phase,
            StartS = StartS,
            EndS = nowS,
            Units = Units,
            DeviceUnits = deviceUnits,
            Split = Split,
            Work = Work,
            Beside = hybrid ? Fused : BesideWork,
            BesideUnits = hybrid ? Units : BesideUnits,
            BesideShare = hybrid ? 1 : lengthS > 0 ? Math.Clamp(BesideS / lengthS, 0, 1) : 0,
            KvFreeShare = kvFreeShare,
            Reason = Reason,
        };
    }
}
