using System.Runtime.InteropServices;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Engine.Cpu.Execution;
using RapidTuner.Engine.Profiling;
using RapidTuner.Engine.Text;

namespace RapidTuner.Engine.Cpu.Profiling;

/// <summary>
/// Times steps of a model on shares of this machine's cores, as the engine runs them: the same executor, workers and tiles, without a scheduler. A decode step's
/// sequences have their whole context in the KV cache; what stands there does not matter to the time. Beside another phase, that phase's steps follow
/// each other without a pause as long as steps are measured.
/// </summary>
public sealed class CpuStepMeter : IStepMeter
{
    private const int Prefill = 0;
    private const int Decode = 1;
    private const int WarmUps = 2;
    private const int RepeatsMin = 5;
    private const int RepeatsMax = 60;
    private const int LaunchesTimed = 200;

    private readonly CpuModel _model;
    private readonly CpuEngineOptions _options;
    private readonly CpuExecutor _executor;
    private readonly TimeProvider _clock;
    private readonly double _pointS;
    private readonly long[] _endedAt = new long[2];
    private readonly int[] _ended = new int[2];
    private readonly SemaphoreSlim _wake = new(0);
    private readonly int _tokensMax;
    private readonly int _batchMax;
    private readonly List<int> _prompt = [];

    /// <summary>Makes room for the largest steps of a grid.</summary>
    /// <param name="model">The model; stays the caller's.</param>
    /// <param name="options">Cores and units; the rest is taken from <paramref name="grid"/>.</param>
    /// <param name="grid">What will be measured.</param>
    /// <param name="pointS">Seconds to spend on a point, unless its fewest steps take longer.</param>
    /// <param name="clock">The clock.</param>
    public CpuStepMeter(CpuModel model, CpuEngineOptions options, ProfileGrid grid, double pointS, TimeProvider clock)
    {
        _model = model;
        _clock = clock;
        _pointS = pointS;
        _tokensMax = grid.PrefillTokens.Max();
        _batchMax = grid.DecodeBatches.Max();
        var contextMax = grid.DecodeContexts.Max();
        var blocks = Blocks(_tokensMax) + (_batchMax * Blocks(contextMax + 1));
        _options = options with { ChunkTokens = Math.Max(16, _tokensMax), SequencesMax = _batchMax + 1, KvTokens = blocks * PagedKv.BlockTokens };
        _options.Check();
        _executor = new CpuExecutor(model.Decoder, _options.ForScheduler(Math.Max(_tokensMax, contextMax) + 1), _options.Cores, [], StepEnded, clock);
    }

    /// <inheritdoc/>
    public string Device => "cpu";

    /// <inheritdoc/>
    public string Model => _model.Name;

    /// <inheritdoc/>
    public string? Stack => null;

    /// <inheritdoc/>
    public int Units => _options.Units;

    /// <inheritdoc/>
    public IReadOnlyList<int> AllowedUnits => _options.Palette.DecodeUnits;

    /// <inheritdoc/>
    public ProfileMeasurement Measure(ProfilePoint point, CancellationToken cancel)
    {
        try
        {
            var times = new List<double>();
            Run(point, times, cancel);
            return ProfileMeasurement.Of(CollectionsMarshal.AsSpan(times));
        }
        finally
        {
            Empty();
        }
    }

    /// <summary>The same as a step sample: what an engine's log would hold of it.</summary>
    /// <param name="point">What to measure.</param>
    /// <param name="seq">Its number.</param>
    /// <param name="startS">When it is to have started, seconds.</param>
    /// <param name="cancel">Ends it.</param>
    public StepSample Sample(ProfilePoint point, long seq, double startS, CancellationToken cancel)
    {
        var medianS = Measure(point, cancel).MedianS;
        var besideUnits = point.Beside?.Units ?? 0;
        return new StepSample
        {
            Seq = seq,
            Phase = point.Step.Phase,
            StartS = startS,
            EndS = startS + medianS,
            Units = point.Step.Units,
            DeviceUnits = Units,
            Split = point.Step.Phase == Phase.Prefill ? new Split(point.Step.Units, besideUnits) : new Split(besideUnits, point.Step.Units),
            Work = point.Step.Work,
            Beside = point.Beside?.Work ?? default,
            BesideUnits = besideUnits,
            BesideShare = point.Beside is null ? 0 : 1,
            KvFreeShare = 1,
            Reason = Reason.None,
        };
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Facts(CancellationToken cancel)
    {
        var (same, changed) = (LaunchS([Units, Units]), LaunchS([Units / 2, Units]));
        return new SortedDictionary<string, double>(StringComparer.Ordinal)
        {
            ["cores"] = _options.Cores,
            ["pinned"] = _executor.Pinned ? 1 : 0,
            ["weight_bytes"] = _model.WeightBytes,
            ["activation_bytes"] = _executor.ActivationBytes,
            ["kv_bytes"] = _executor.KvBytes,
            ["launch_s"] = same,
            ["launch_with_switch_s"] = changed,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _executor.Dispose();
        _wake.Dispose();
    }

    private static int Blocks(int tokens) => (tokens + PagedKv.BlockTokens - 1) / PagedKv.BlockTokens;

    private static int StreamOf(ProfileStep step) => step.Phase == Phase.Prefill ? Prefill : Decode;

    private void StepEnded(int stream)
    {
        _endedAt[stream] = _clock.GetTimestamp();
        Volatile.Write(ref _ended[stream], 1);
        _wake.Release();
    }

    private void Run(ProfilePoint point, List<double> times, CancellationToken cancel)
    {
        var begun = _clock.GetTimestamp();
        if (point.Beside is { } other)
        {
            Launch(other);
        }

        try
        {
            for (var step = -WarmUps; step < RepeatsMax && !(times.Count >= RepeatsMin && _clock.GetElapsedTime(begun).TotalSeconds >= _pointS); step++)
            {
                cancel.ThrowIfCancellationRequested();
                var seconds = Once(point);
                if (step >= 0)
                {
                    times.Add(seconds);
                }
            }
        }
        finally
        {
            if (point.Beside is { } last)
            {
                Await(StreamOf(last));
            }
        }
    }

    // One measured step; whenever the other phase's step ends meanwhile, the next one follows at once.
    private double Once(ProfilePoint point)
    {
        var stream = StreamOf(point.Step);
        var launched = _clock.GetTimestamp();
        Launch(point.Step);
        while (!Ended(stream))
        {
            Wait();
            if (point.Beside is { } other && Ended(StreamOf(other)))
            {
                Launch(other);
            }
        }

        return _clock.GetElapsedTime(launched, _endedAt[stream]).TotalSeconds;
    }

    private void Await(int stream)
    {
        while (!Ended(stream))
        {
            Wait();
        }
    }

    private bool Ended(int stream) => Interlocked.Exchange(ref _ended[stream], 0) == 1;

    private void Wait()
    {
        _wake.Wait();
        if (_executor.Fault is { } fault)
        {
            throw new StepMeterException($"a worker broke: {fault.Message}", deviceLost: true, fault);
        }
    }

    private void Launch(ProfileStep step)
    {
        if (step.Phase == Phase.Prefill)
        {
            if (step.BatchSeqs != 1 || step.SeqLenTokens > _tokensMax)
            {
                throw new StepMeterException($"a prefill step is measured with one sequence of at most {_tokensMax} tokens", deviceLost: false);
            }

            _executor.Begin(0, Prompt(step.SeqLenTokens), 1, new Sampling(0, 1, 0), endsByItself: false);
            _executor.Compose(Prefill, [new PrefillPart(0, 0, step.SeqLenTokens)]);
        }
        else
        {
            Fill(step);
        }

        _executor.Launch(new StepLaunch(StreamOf(step), step.Phase, step.Work, default, step.Units), 0);
    }

    // Sequences whose context is in the cache: one token has been drawn, the one that the step computes.
    private void Fill(ProfileStep step)
    {
        for (var slot = 1; slot <= _batchMax; slot++)
        {
            _executor.Release(slot);
        }

        _executor.Clear();
        for (var slot = 1; slot <= step.BatchSeqs; slot++)
        {
            _executor.Begin(slot, Prompt(step.SeqLenTokens), 2, new Sampling(0, 1, 0), endsByItself: false);
            _executor[slot].Append(0);
            _executor.Joined(0, slot, 1, 0);
        }
    }

    private void Empty()
    {
        for (var slot = 0; slot <= _batchMax; slot++)
        {
            _executor.Release(slot);
        }

        _executor.Clear();
    }

    private ReadOnlySpan<int> Prompt(int tokens)
    {
        while (_prompt.Count < tokens)
        {
            _prompt.Add(_prompt.Count % _model.Config.Vocabulary);
        }

        return CollectionsMarshal.AsSpan(_prompt)[..tokens];
    }

    private double LaunchS(int[] units)
    {
        var step = new ProfileStep(Phase.Decode, 1, PagedKv.BlockTokens, Units);
        var spentS = 0.0;
        for (var i = 0; i < LaunchesTimed; i++)
        {
            Fill(step);
            var launched = _clock.GetTimestamp();
            _executor.Launch(new StepLaunch(Decode, Phase.Decode, step.Work, default, units[i % units.Length]), 0);
            spentS += _clock.GetElapsedTime(launched).TotalSeconds;
            Await(Decode);
        }

        Empty();
        return spentS / LaunchesTimed;
    }
}
