using RapidTuner.Core;
using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Gpu.Blas;
using RapidTuner.Engine.Gpu.Devices;
using RapidTuner.Engine.Gpu.Kernels;
using RapidTuner.Engine.Gpu.Sensors;
using RapidTuner.Engine.Profiling;

namespace RapidTuner.Engine.Gpu.Profiling;

/// <summary>
/// Times steps of a model's real shapes on a GPU's partitions. A step is recorded as a graph on a stream of its partition and launched again and again
/// between time stamps of the device; clocks and power are sampled meanwhile.
/// </summary>
public sealed class GpuStepMeter : IStepMeter
{
    private const int WarmUps = 3;
    private const int RepeatsMin = 9;
    private const int RepeatsMax = 60;
    private const int RepeatsLeast = 3;
    private const double PointS = 2;
    private const int OthersMax = 20_000;
    private const double SteadyShare = 0.01;

    private readonly GpuDevice _device;
    private readonly GpuModule _kernels;
    private readonly GpuBlas _blas;
    private readonly DeviceModel _model;
    private readonly StepRecorder _prefill;
    private readonly StepRecorder _decode;
    private readonly IGpuSensors _sensors;
    private readonly TimeProvider _clock;
    private readonly Dictionary<UnitRange, (GpuPartition? Partition, GpuLane Lane)> _lanes = [];
    private readonly GpuEvent[] _stamps;

    /// <summary>Opens a device, compiles the kernels and lays the model out.</summary>
    /// <param name="info">The device.</param>
    /// <param name="deviceName">Name for the table.</param>
    /// <param name="model">A dense model of the catalogue.</param>
    /// <param name="grid">What will be measured.</param>
    /// <param name="cache">Where compiled kernels are kept.</param>
    /// <param name="clock">Host clock, for host costs.</param>
    /// <exception cref="Core.Errors.BadInputException">The model's shapes are not covered, or it does not fit.</exception>
    /// <exception cref="GpuException">A vendor call failed.</exception>
    public GpuStepMeter(GpuInfo info, string deviceName, ModelSpec model, ProfileGrid grid, KernelCache cache, TimeProvider clock)
    {
        var shapes = new LayerShapes(model);
        (Device, Model, _clock) = (deviceName, model.Name, clock);
        _device = GpuDevice.Open(info.Vendor, info.Ordinal);
        _stamps = new GpuEvent[RepeatsMax + 1];
        try
        {
            _kernels = _device.LoadModule(cache.Get(info).Image);
            _blas = new GpuBlas(_device);
            _model = new DeviceModel(_device, _kernels, shapes, grid);
            var (tokens, batch) = (grid.PrefillTokens.Max(), grid.DecodeBatches.Max());
            _prefill = new StepRecorder(_model, _blas, new Activations(_model, tokens, tokens, 1));
            _decode = new StepRecorder(_model, _blas, new Activations(_model, batch, 0, batch));
            for (var i = 0; i < _stamps.Length; i++)
            {
                _stamps[i] = _device.CreateEvent();
            }

            _sensors = GpuSensors.Of(info);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Device { get; }

    /// <inheritdoc/>
    public string Model { get; }

    /// <inheritdoc/>
    public string Stack => "graphs";

    /// <inheritdoc/>
    public int Units => _device.Info.Units;

    /// <inheritdoc/>
    public IReadOnlyList<int> AllowedUnits => [.. _device.Info.AllowedUnits.Where(u => u < Units), Units];

    /// <inheritdoc/>
    public ProfileMeasurement Measure(ProfilePoint point, CancellationToken cancel)
    {
        try
        {
            using var step = Record(point.Step);
            if (point.Beside is not { } other)
            {
                return Alone(step, cancel);
            }

            using var beside = Record(other);
            return Together(step, beside, cancel);
        }
        catch (GpuException failure)
        {
            throw new StepMeterException(failure.Message, failure.DeviceLost, failure);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Facts(CancellationToken cancel) => new GpuFacts(_device, _kernels, _blas, _model, _decode, _clock).Measure(
        (lane, work) => Record(lane, work),
        AllowedUnits,
        cancel);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (partition, lane) in _lanes.Values)
        {
            lane.Dispose();
            partition?.Dispose();
        }

        foreach (var stamp in _stamps)
        {
            stamp?.Dispose();
        }

        _sensors?.Dispose();
        _model?.Dispose();
        _blas?.Dispose();
        _kernels?.Dispose();
        _device.Dispose();
    }

    private RecordedStep Record(ProfileStep step) => Record(Lane(new UnitRange(step.Units, FromEnd: step.Phase == Phase.Decode)), step);

    private RecordedStep Record(GpuLane lane, ProfileStep step)
    {
        if (step.Phase == Phase.Prefill)
        {
            if (step.BatchSeqs != 1)
            {
                throw new StepMeterException("a prefill step is measured with one sequence", deviceLost: false);
            }

            void Prefill() => _prefill.Prefill(lane, step.SeqLenTokens);
            Prefill();
            lane.Synchronise();
            return new RecordedStep(lane, _device.Capture(lane, Prefill), null, Prefill);
        }

        var batch = new DecodeBatch(_model, step.BatchSeqs, step.SeqLenTokens);
        try
        {
            // Once as it is: plans are made and kernels loaded, neither of which may happen in a recording.
            void Decode() => _decode.Decode(lane, batch);
            Decode();
            lane.Synchronise();
            return new RecordedStep(lane, _device.Capture(lane, Decode), batch, Decode);
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    private GpuLane Lane(UnitRange range)
    {
        if (!_lanes.TryGetValue(range, out var made))
        {
            var partition = range.Units == Units ? null : _device.CreatePartition(range);
            try
            {
                made = (partition, partition?.CreateStream() ?? _device.CreateStream());
            }
            catch
            {
                partition?.Dispose();
                throw;
            }

            _lanes[range] = made;
        }

        return made.Lane;
    }

    private ProfileMeasurement Alone(RecordedStep step, CancellationToken cancel)
    {
        for (var i = 0; i < WarmUps; i++)
        {
            step.Launch();
        }

        var most = Repeats(Once(step));
        using var watch = new SensorWatch(_sensors, _clock);
        var times = new List<double>();
        while (times.Count < most && !cancel.IsCancellationRequested)
        {
            var more = Math.Min(RepeatsMin, most - times.Count);
            _stamps[0].Record(step.Lane);
            for (var i = 1; i <= more; i++)
            {
                step.Launch();
                _stamps[i].Record(step.Lane);
            }

            _stamps[more].Synchronise();
            for (var i = 1; i <= more; i++)
            {
                times.Add(_stamps[i].SecondsSince(_stamps[i - 1]));
            }

            if (Steady(times))
            {
                break;
            }
        }

        cancel.ThrowIfCancellationRequested();
        var (clock, power, throttled) = watch.Stop();
        return ProfileMeasurement.Of([.. times], clock, power, throttled);
    }

    // Steps of the other phase are queued before and beyond the measured ones; only steps that lie wholly within their time count.
    private ProfileMeasurement Together(RecordedStep step, RecordedStep beside, CancellationToken cancel)
    {
        var alone = Once(step);
        var besideAlone = Once(beside);
        using var begin = _device.CreateEvent();
        using var end = _device.CreateEvent();
        using var watch = new SensorWatch(_sensors, _clock);
        var times = new List<double>();
        var wanted = Math.Min(RepeatsMin, Repeats(alone));
        var others = (int)Math.Clamp(Math.Ceiling((wanted + 2) * alone / besideAlone), 2, OthersMax);
        for (var attempt = 0; attempt < 4 && times.Count < wanted; attempt++, others = Math.Min(others * 2, OthersMax))
        {
            cancel.ThrowIfCancellationRequested();
            beside.Launch();
            begin.Record(beside.Lane);
            for (var i = 0; i < others; i++)
            {
                beside.Launch();
            }

            // Those that will not end beside the other phase are not worth their time; contention only makes them fewer.
            var launches = (int)Math.Clamp(Math.Ceiling(others * besideAlone * 2 / alone), 2, RepeatsMax);
            end.Record(beside.Lane);
            step.Lane.Wait(begin);
            step.Launch();
            _stamps[0].Record(step.Lane);
            for (var i = 1; i <= launches; i++)
            {
                step.Launch();
                _stamps[i].Record(step.Lane);
            }

            end.Synchronise();
            _stamps[launches].Synchronise();
            var within = end.SecondsSince(begin);
            for (var i = 1; i <= launches && _stamps[i].SecondsSince(begin) <= within; i++)
            {
                times.Add(_stamps[i].SecondsSince(_stamps[i - 1]));
            }
        }

        var (clock, power, throttled) = watch.Stop();
        return times.Count > 0
            ? ProfileMeasurement.Of([.. times], clock, power, throttled)
            : throw new StepMeterException("no step lay wholly beside the other phase", deviceLost: false);
    }

    private static int Repeats(double stepS) => (int)Math.Clamp(PointS / stepS, RepeatsLeast, RepeatsMax);

    private double Once(RecordedStep step)
    {
        step.Launch();
        _stamps[0].Record(step.Lane);
        step.Launch();
        _stamps[1].Record(step.Lane);
        _stamps[1].Synchronise();
        return Math.Max(1e-6, _stamps[1].SecondsSince(_stamps[0]));
    }

    // Steady: the middle half of the times lies within a hundredth of the median.
    private static bool Steady(List<double> times)
    {
        var sorted = times.Order().ToArray();
        return sorted[sorted.Length * 3 / 4] - sorted[sorted.Length / 4] <= SteadyShare * sorted[sorted.Length / 2];
    }
}
