using RapidTuner.Core;
using RapidTuner.Engine.Scheduling;
using RapidTuner.Engine.Twin.Cost;

namespace RapidTuner.Engine.Twin;

/// <summary>
/// Runs steps in virtual time. Each running step has a remaining share of its work, which shrinks at the rate of the present
/// conditions; whenever a step starts, ends or changes on a device, the rates of both its streams are computed anew (DESIGN §5).
/// </summary>
internal sealed class TwinExecutor : IPhaseExecutor
{
    private readonly CostModel _cost;
    private readonly StepJitter _jitter;
    private readonly double _switchS;
    private readonly bool _shared;
    private readonly Stream[] _streams;
    private readonly SlotHeap[] _ends;
    private int[] _outputTokens = new int[256];
    private long _seq;
    private bool _stale;
    private double _nextEndS = double.PositiveInfinity;

    public TwinExecutor(CostModel cost, EngineOptions options, TwinOptions twin, ulong seed)
    {
        _cost = cost;
        _jitter = new StepJitter(twin, seed);
        _switchS = twin.SwitchS;
        _shared = options.Mode == EngineMode.Split;
        _streams = new Stream[options.Mode switch
        {
            EngineMode.Split => 2,
            EngineMode.Hybrid => 1,
            _ => options.PrefillDevices + options.DecodeDevices,
        }];
        _ends = [.. Enumerable.Range(0, options.Mode == EngineMode.Disaggregated ? options.DecodeDevices : 1).Select(_ => new SlotHeap())];
    }

    /// <summary>When the next running step ends, seconds; +∞ when none runs.</summary>
    public double NextEndS
    {
        get
        {
            Refresh();
            return _nextEndS;
        }
    }

    /// <summary>Tells how many tokens the request in <paramref name="slot"/> will produce.</summary>
    public void SetOutput(int slot, int outputTokens)
    {
        if (slot >= _outputTokens.Length)
        {
            Array.Resize(ref _outputTokens, Math.Max(2 * _outputTokens.Length, slot + 1));
        }

        _outputTokens[slot] = outputTokens;
    }

    public void Compose(int stream, ReadOnlySpan<PrefillPart> parts)
    {
    }

    public void Launch(in StepLaunch launch, double nowS)
    {
        Advance(nowS);
        ref var stream = ref _streams[launch.Stream];
        var cost = launch.Phase == Phase.Hybrid
            ? _cost.PrepareFused(launch.Work, launch.Fused)
            : _cost.Prepare(launch.Phase, launch.Work);
        stream.Alone = _cost.TimesOf(in cost, launch.Units);
        stream.Factor = _jitter.Factor(launch.Stream, stream.Steps++);
        stream.DelayS = launch.Units == stream.Units || stream.Units == 0 ? 0 : _switchS;
        stream.Units = launch.Units;
        stream.Left = 1;
        stream.UpdatedS = nowS;
        stream.Running = true;
        _stale = true;
    }

    /// <summary>
    /// Ends one step, of the lowest stream first, that is over at <paramref name="nowS"/>; false when none is. What ends at one instant ends by
    /// the rates that held until then.
    /// </summary>
    public bool TryEnd(double nowS, out int ended)
    {
        for (var i = 0; i < _streams.Length; i++)
        {
            ref var stream = ref _streams[i];
            if (stream.Running && stream.EndS <= nowS)
            {
                Advance(nowS);
                stream.Running = false;
                _stale = true;
                ended = i;
                return true;
            }
        }

        ended = -1;
        return false;
    }

    public bool EndsWithToken(int slot, int generated) => generated >= _outputTokens[slot];

    public void Joined(int batch, int slot, int generated, long steps) =>
        _ends[batch].Push(slot, steps + (_outputTokens[slot] - generated), _seq++);

    public void Left(int batch, int slot) => _ends[batch].Remove(slot);

    public bool TakeEnded(int batch, long steps, out int slot)
    {
        var ends = _ends[batch];
        if (ends.Count > 0 && ends.TopKey <= steps)
        {
            slot = ends.Pop();
            return true;
        }

        slot = -1;
        return false;
    }

    public void CopyFrom(TwinExecutor other)
    {
        Array.Copy(other._streams, _streams, _streams.Length);
        for (var i = 0; i < _ends.Length; i++)
        {
            _ends[i].CopyFrom(other._ends[i]);
        }

        if (_outputTokens.Length < other._outputTokens.Length)
        {
            _outputTokens = new int[other._outputTokens.Length];
        }

        Array.Copy(other._outputTokens, _outputTokens, other._outputTokens.Length);
        _seq = other._seq;
        _stale = other._stale;
        _nextEndS = other._nextEndS;
    }

    // Books the progress made since the rates were last computed; they held until now.
    private void Advance(double nowS)
    {
        // Streams on devices of their own keep their rate. Of shared ones rates are computed at the same instant at which something
        // changed, so that no time has passed while they are stale.
        if (_stale || !_shared)
        {
            return;
        }

        for (var i = 0; i < _streams.Length; i++)
        {
            ref var stream = ref _streams[i];
            if (stream.Running)
            {
                stream.Left = Math.Max(0, (stream.EndS - nowS) / stream.LengthS);
                stream.UpdatedS = nowS;
            }
        }
    }

    private void Refresh()
    {
        if (!_stale)
        {
            return;
        }

        _stale = false;
        if (_shared && _streams[0].Running && _streams[1].Running)
        {
            _cost.BesideS(in _streams[0].Alone, _streams[0].Units, in _streams[1].Alone, _streams[1].Units, out var prefillS, out var decodeS);
            SetLength(ref _streams[0], prefillS);
            SetLength(ref _streams[1], decodeS);
            _nextEndS = Math.Min(_streams[0].EndS, _streams[1].EndS);
            return;
        }

        _nextEndS = double.PositiveInfinity;
        foreach (ref var stream in _streams.AsSpan())
        {
            if (stream.Running)
            {
                SetLength(ref stream, stream.Alone.TotalS);
                _nextEndS = Math.Min(_nextEndS, stream.EndS);
            }
        }
    }

    private static void SetLength(ref Stream stream, double aloneS)
    {
        stream.LengthS = (aloneS * stream.Factor) + stream.DelayS;
        stream.EndS = stream.UpdatedS + (stream.Left * stream.LengthS);
    }

    private struct Stream
    {
        public bool Running;
        public int Units;
        public long Steps;
        public double Left;
        public double UpdatedS;
        public double LengthS;
        public double EndS;
        public double Factor;
        public double DelayS;
        public StepTimes Alone;
    }
}
