using RapidTuner.Engine.Gpu.Sensors;

namespace RapidTuner.Engine.Gpu.Profiling;

/// <summary>Looks at the sensors every few milliseconds until it is stopped.</summary>
internal sealed class SensorWatch : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(5);

    private readonly IGpuSensors _sensors;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private double _clockHz;
    private double _powerW;
    private int _clocks;
    private int _powers;
    private bool _throttled;

    /// <summary>Starts to look.</summary>
    public SensorWatch(IGpuSensors sensors, TimeProvider clock)
    {
        _sensors = sensors;
        _timer = clock.CreateTimer(_ => Look(), null, Every, Every);
    }

    /// <summary>Stops; the means of what was seen, NaN for what was not.</summary>
    public (double ClockHz, double PowerW, bool Throttled) Stop()
    {
        _timer.Dispose();
        Look();
        lock (_gate)
        {
            return (_clocks > 0 ? _clockHz / _clocks : double.NaN, _powers > 0 ? _powerW / _powers : double.NaN, _throttled);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_gate)
        {
            var seen = _sensors.Read();
            if (double.IsFinite(seen.ClockHz))
            {
                _clockHz += seen.ClockHz;
                _clocks++;
            }

            if (double.IsFinite(seen.PowerW))
            {
                _powerW += seen.PowerW;
                _powers++;
            }

            _throttled |= seen.Throttled;
        }
    }
}
