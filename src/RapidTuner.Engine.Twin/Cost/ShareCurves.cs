using RapidTuner.Core.Catalogue;

namespace RapidTuner.Engine.Twin.Cost;

/// <summary>
/// What a number of units reaches of a device: memory bandwidth BW·(1 − e^(−share/f0)) / (1 − e^(−1/f0)), and the
/// clock when so many units compute without pause, 1 / (1 + droop · share^exponent).
/// </summary>
internal sealed class ShareCurves
{
    private readonly double[] _bandwidthShare;
    private readonly double[] _clock;

    public ShareCurves(DeviceSpec device)
    {
        Units = device.Units;
        _bandwidthShare = new double[Units + 1];
        _clock = new double[Units + 1];
        double f0 = device.Cost.BandwidthF0;
        for (var units = 0; units <= Units; units++)
        {
            var share = (double)units / Units;
            _bandwidthShare[units] = (1 - Math.Exp(-share / f0)) / (1 - Math.Exp(-1 / f0));
            _clock[units] = 1 / (1 + (device.Cost.ClockDroop * Math.Pow(share, device.Cost.ClockDroopExponent)));
        }
    }

    /// <summary>Units of the device.</summary>
    public int Units { get; }

    /// <summary>Part of the device's bandwidth that <paramref name="units"/> units reach.</summary>
    public double BandwidthShare(int units) => _bandwidthShare[units];

    /// <summary>Clock with <paramref name="units"/> units busy, relative to an idle device's.</summary>
    public double Clock(int units) => _clock[units];
}
