using System.Numerics;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;
using RapidTuner.Engine;
using RapidTuner.Engine.Scheduling;

namespace RapidTuner.Control.Planning;

/// <summary>
/// Runs the steps of a rollout in virtual time by predicted latencies. A running step's rest shrinks at the rate of the present
/// conditions: whenever the other phase starts or ends, both are predicted anew. Steps scatter by a seeded lognormal factor, as real
/// ones do around a prediction.
/// </summary>
internal sealed class RolloutExecutor(IStepLatency latency, double scatter, double bias) : IPhaseExecutor
{
    private const int Prefill = 0;
    private const int Decode = 1;

    private readonly RolloutStep[] _steps = new RolloutStep[2];
    private readonly SlotHeap _ends = new();
    private int[] _outputTokens = new int[256];
    private Rng _rng = new(1, "rollout");
    private long _seq;
    private ulong _seed = 1;

    /// <summary>When the next running step ends, seconds; +∞ when none runs.</summary>
    public double NextEndS => Math.Min(_steps[Prefill].EndS, _steps[Decode].EndS);

    /// <summary>Forgets everything; scatter begins anew, so that all candidates meet the same.</summary>
    public void Reset(ulong seed)
    {
        _steps[Prefill] = _steps[Decode] = RolloutStep.Idle;
        _ends.Clear();
        _rng = new Rng(seed, "rollout");
        _seed = seed;
        _seq = 0;
    }

    /// <summary>Tells how many tokens the request in <paramref name="slot"/> is taken to produce.</summary>
    public void SetOutput(int slot, int outputTokens)
    {
        if (slot >= _outputTokens.Length)
        {
            Array.Resize(ref _outputTokens, Math.Max(2 * _outputTokens.Length, slot + 1));
        }

        _outputTokens[slot] = outputTokens;
    }

    /// <summary>Ends one step that is over at <paramref name="nowS"/>; false when none is.</summary>
    public bool TryEnd(double nowS, out int stream)
    {
        for (stream = 0; stream < _steps.Length; stream++)
        {
            if (_steps[stream].EndS <= nowS)
            {
                _steps[1 - stream].Advance(nowS);
                _steps[stream] = RolloutStep.Idle;
                Predict();
                return true;
            }
        }

        return false;
    }

    public void Launch(in StepLaunch launch, double nowS)
    {
        _steps[1 - launch.Stream].Advance(nowS);
        _steps[launch.Stream] = new RolloutStep
        {
            Running = true,
            Work = launch.Work,
            Fused = launch.Fused,
            Units = launch.Units,
            Factor = Math.Exp((scatter * _rng.NextGaussian()) + (bias * Bias(in launch))),
            Left = 1,
            UpdatedS = nowS,
        };
        Predict();
    }

    public void Compose(int stream, ReadOnlySpan<PrefillPart> parts)
    {
    }

    public bool EndsWithToken(int slot, int generated) => generated >= _outputTokens[slot];

    public void Joined(int batch, int slot, int generated, long steps) => _ends.Push(slot, steps + (_outputTokens[slot] - generated), _seq++);

    public void Left(int batch, int slot) => _ends.Remove(slot);

    public bool TakeEnded(int batch, long steps, out int slot)
    {
        if (_ends.Count > 0 && _ends.TopKey <= steps)
        {
            slot = _ends.Pop();
            return true;
        }

        slot = -1;
        return false;
    }

    /// <summary>The prediction's own error, the same for steps alike: a normal number that their size and units choose.</summary>
    private double Bias(in StepLaunch launch)
    {
        var size = BitOperations.Log2((uint)Math.Max(1, launch.Work.NewTokens));
        var key = (_seed * 0x9E3779B97F4A7C15) ^ ((ulong)launch.Units << 20) ^ ((ulong)launch.Stream << 8) ^ (ulong)size;
        key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9;
        key = (key ^ (key >> 27)) * 0x94D049BB133111EB;
        key ^= key >> 31;

        // The sum of four uniform numbers, scaled to a variance of one.
        var sum = (double)(key & 0xFFFF) + ((key >> 16) & 0xFFFF) + ((key >> 32) & 0xFFFF) + (key >> 48);
        return ((sum / 65536) - 2) * 1.7320508;
    }

    private void Predict()
    {
        ref var prefill = ref _steps[Prefill];
        ref var decode = ref _steps[Decode];
        if (prefill.Running)
        {
            prefill.SetLength(prefill.Fused.Sequences > 0 ? latency.FusedS(in prefill.Work, in prefill.Fused, prefill.Units)
                : decode.Running
                ? latency.BesideS(Phase.Prefill, in prefill.Work, prefill.Units, in decode.Work, decode.Units)
                : latency.AloneS(Phase.Prefill, in prefill.Work, prefill.Units));
        }

        if (decode.Running)
        {
            decode.SetLength(prefill.Running
                ? latency.BesideS(Phase.Decode, in decode.Work, decode.Units, in prefill.Work, prefill.Units)
                : latency.AloneS(Phase.Decode, in decode.Work, decode.Units));
        }
    }
}
