using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Guardrails;

/// <summary>
/// The SLO floor of decode: never fewer units than the ITL limit needs with prefill idle, by prediction; and after several late gaps
/// in a row, whatever was predicted, more than those steps had, and no more waiting. A gap is late by its step's length or by what the batch
/// waited before it.
/// </summary>
/// <param name="options">Bounds.</param>
/// <param name="palette">Allowed unit counts; the floor is at most the largest masked one, so that prefill is never starved.</param>
/// <param name="latency">Predicts steps; null: late steps alone raise the floor.</param>
internal sealed class DecodeFloor(GuardOptions options, Palette palette, IStepLatency? latency)
{
    private readonly int _most = palette.DecodeUnits.Length > 1 ? palette.DecodeUnits[^2] : 0;
    private double _stepSeenS = double.NaN;
    private int _late;
    private int _units;
    private int _floor;
    private double _floorFromS;

    /// <summary>True while late gaps hold the floor up.</summary>
    public bool Raised => _floor > 0;

    /// <summary>The split with as many decode units as the floor demands; the wanted one where it has them.</summary>
    public Split Raise(in Observation seen, Split wanted)
    {
        Learn(in seen);
        if (_most == 0 || seen.DecodeNext.Sequences == 0 || !(seen.Launching == Phase.Prefill || seen.PrefillRunning || seen.PrefillQueued > 0))
        {
            return wanted;
        }

        var units = Math.Max(Math.Min(_floor, _most), wanted.DecodeUnits);
        if (latency is not null && units < _most)
        {
            units = Needed(latency, in seen, units);
        }

        if (units <= wanted.DecodeUnits)
        {
            return wanted;
        }

        var prefill = palette.AtMost(Phase.Prefill, palette.DeviceUnits - units + wanted.OverlapUnits(palette.DeviceUnits));
        return prefill == 0 ? wanted : new Split(Math.Min(prefill, wanted.PrefillUnits), units);
    }

    private int Needed(IStepLatency predicted, in Observation seen, int from)
    {
        var work = StepWork.Decode(seen.DecodeNext.Sequences, seen.DecodeNext.ContextTokens);
        foreach (var units in palette.DecodeUnits)
        {
            // Where no masked count meets the limit, or nothing sensible is predicted, the floor is silent: it would only take from prefill.
            if (units >= from && units <= _most && predicted.AloneS(Phase.Decode, in work, units) <= seen.ItlLimitS)
            {
                return units;
            }
        }

        return from;
    }

    private void Learn(in Observation seen)
    {
        if (_floor > 0 && !(seen.NowS - _floorFromS <= options.FloorHoldS))
        {
            _floor = 0;
        }

        if (double.IsNaN(seen.DecodeLastTokenS))
        {
            // Nothing is in decode: what comes next has no gap that began here.
            _stepSeenS = double.NaN;
            return;
        }

        if (!seen.DecodeLastTokenS.Equals(_stepSeenS))
        {
            var gapS = seen.DecodeLastTokenS - _stepSeenS;
            _stepSeenS = seen.DecodeLastTokenS;
            var late = seen.DecodeLatestStepS > seen.ItlLimitS || gapS > seen.ItlLimitS;
            _late = late && seen.PrefillRunning ? _late + 1 : 0;
            if (_late >= options.LateStepsMax && _units > 0)
            {
                _floor = Next(_units);
                _floorFromS = seen.NowS;
                _late = 0;
            }
        }

        _units = seen.DecodeRunning ? seen.DecodeUnits : Math.Min(seen.Split.DecodeUnits, _most);
    }

    private int Next(int units)
    {
        foreach (var larger in palette.DecodeUnits)
        {
            if (larger > units)
            {
                return Math.Min(larger, _most);
            }
        }

        return _most;
    }
}
