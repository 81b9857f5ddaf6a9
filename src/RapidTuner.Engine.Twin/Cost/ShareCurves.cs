using RapidTuner.Core.Catalogue;

namespace RapidTuner.Engine.Twin.Cost;

/// <summary>
/// What a number of units reaches of a device: memory bandwidth BW·(1 − e^(−share/f0)) / (1 − e^(−1/f0)), and arithmetic under
/// a clock that falls with the busy share of the device, 1 / (1 + droop · busy^exponent).
/// </summary>
internal sealed class ShareCurves
{
    private readonly double[] _bandwidthShare;
    private readonly double[] _clock;
    private readonly double _droop;
    private readonly double _droopExponent;

    public ShareCurves(DeviceSpec device)
    {
        Units = device.Units;
        _droop = device.Cost.ClockDroop;
        _droopExponent = device.Cost.ClockDroopExponent;
        _bandwidthShare = new double[Units + 1];
        _clock = new double[Units + 1];
        double f0 = device.Cost.BandwidthF0;
        for (var units = 0; units <= Units; units++)
        {
            var share = (double)units / Units;
            _bandwidthShare[units] = (1 - Math.Exp(-share / f0)) / (1 - Math.Exp(-1 / f0));
            _clock[units] = 1 / Droop(share);
        }
    }

    /// <summary>Units of the device.</summary>
    public int Units { get; }

    /// <summary>Part of the device's bandwidth that <paramref name="units"/> units reach.</summary>
    public double BandwidthShare(int units) => _bandwidthShare[units];

    /// <summary>Clock with <paramref name="units"/> units busy, relative to an idle device's.</summary>
    public double Clock(int units) => _clock[units];

    /// <summary>By how much arithmetic is slower with that share of the device busy, ratio ≥ 1.</summary>
    public double Droop(double busyShare) => 1 + (_droop * Math.Pow(busyShare, _droopExponent));
}
