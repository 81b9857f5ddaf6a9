using RapidTuner.Core;
using RapidTuner.Core.Samples;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Telemetry.Features;

/// <summary>
/// Turns what happened into windows of 1 s and their roll-ups of 10 s and 1 min. The recorder feeds it live, the log feeds
/// it afterwards (<see cref="WindowReplay"/>): the same records give the same windows to the bit. Everything counts in the window in
/// which it happened (steps: ended). What comes late, for a window that is closed, counts in the open one and in <see cref="Late"/>.
/// </summary>
internal sealed class WindowBuilder
{
    /// <summary>Widths of the windows, seconds; each divides the next.</summary>
    public static readonly int[] WidthsS = [1, 10, 60];

    /// <summary>A stretch without events that is longer than this many seconds (a week) is left out instead of being filled with empty windows.</summary>
    public const int IdleWindowsMax = 7 * 86_400;

    private readonly Action<WindowRecord> _closed;
    private readonly WindowSums[] _open = [.. WidthsS.Select(_ => new WindowSums())];
    private readonly long[] _startUs = new long[WidthsS.Length];
    private Split _lastSplit;
    private bool _any;

    public WindowBuilder(Action<WindowRecord> closed) => _closed = closed;

    /// <summary>Events that came after their window had closed.</summary>
    public long Late { get; private set; }

    public void AddArrival(long atUs, int promptTokens, int cachedTokens)
    {
        var sums = At(atUs);
        sums.Add(Sum.RequestsArrived, 1);
        sums.Add(Sum.PromptTokensArrived, promptTokens);
        sums.Add(Sum.CachedTokensArrived, cachedTokens);
        sums.PromptTokens.Add(promptTokens);
    }

    public void AddFirstToken(long atUs, long arrivalUs) => At(atUs).TtftUs.Add(atUs - arrivalUs);

    public void AddGaps(in GapRecord gaps)
    {
        var sums = At(gaps.AtUs);
        sums.Add(Sum.Gaps, gaps.Count);
        sums.Add(Sum.GapUs, gaps.Count * gaps.GapUs);
        sums.ItlUs.Add(gaps.GapUs, gaps.Count);
    }

    public void AddRequest(in RequestRecord request)
    {
        var sums = At(request.FinishUs);
        sums.Add(Sum.RequestsEnded, 1);
        sums.Add(Sum.Preemptions, request.Preemptions);
        sums.Add(Sum.RequestsAttained, request.Attained ? 1 : 0);
        switch (request.Outcome)
        {
            case Outcome.Finished:
                sums.Add(Sum.RequestsFinished, 1);
                sums.OutputTokens.Add(request.OutputTokens);
                break;
            case Outcome.RejectedLoad or Outcome.RejectedSize:
                sums.Add(Sum.RequestsRejected, 1);
                break;
            case Outcome.Cancelled:
                sums.Add(Sum.RequestsCancelled, 1);
                break;
        }
    }

    /// <summary>The queue as a policy saw it at <paramref name="nowS"/>, engine seconds.</summary>
    public void AddQueue(long atUs, double nowS, int queued, long queuedTokens, double oldestArrivalS)
    {
        var sums = At(atUs);
        sums.Add(Sum.Observations, 1);
        sums.Add(Sum.PrefillQueued, queued);
        sums.Max(Sum.PrefillQueuedMax, queued);
        sums.Add(Sum.PrefillQueuedTokens, queuedTokens);
        if (!double.IsNaN(oldestArrivalS))
        {
            sums.Max(Sum.PrefillOldestWaitMaxUs, Micros.FromS(nowS - oldestArrivalS));
        }
    }

    public void AddStep(in StepRecord step)
    {
        var sums = At(step.EndUs);
        var durationUs = step.DurationUs;
        sums.Add(step.Phase switch { Phase.Prefill => Sum.PrefillSteps, Phase.Decode => Sum.DecodeSteps, _ => Sum.HybridSteps }, 1);
        sums.Add(Sum.TokensOut, step.TokensOut);
        if (step.Phase != Phase.Decode)
        {
            sums.Add(Sum.PrefillTokens, step.PrefillNewTokens);
            sums.Add(Sum.PrefillBusyUs, durationUs);
            sums.Add(Sum.PrefillUnitUs, durationUs * step.Units);
        }

        if (step.Phase != Phase.Prefill)
        {
            sums.Add(Sum.DecodeBatches, 1);
            sums.Add(Sum.DecodeSequences, step.DecodeSequences);
            sums.Add(Sum.DecodeContextTokens, step.DecodeContextTokens);
            sums.Add(Sum.DecodeBusyUs, durationUs);
            sums.Add(Sum.DecodeUnitUs, durationUs * step.Units);
        }

        sums.Add(Sum.StepUs, durationUs);
        sums.Add(Sum.StepDeviceUnitUs, durationUs * step.DeviceUnits);
        sums.Add(Sum.SplitPrefillUnitUs, durationUs * step.Split.PrefillUnits);
        sums.Add(Sum.SplitDecodeUnitUs, durationUs * step.Split.DecodeUnits);
        sums.Add(Sum.BesideUsE4, durationUs * step.BesideShareE4);
        sums.Add(Sum.SplitChanges, step.Split != _lastSplit && _lastSplit != default ? 1 : 0);
        sums.Add(Sum.KvSamples, 1);
        sums.Add(Sum.KvFreeE4, step.KvFreeShareE4);
        sums.Max(Sum.KvUsedMaxE4, 10_000 - step.KvFreeShareE4);
        _lastSplit = step.Split;
    }

    /// <summary>Closes every window that ends at or before <paramref name="nowUs"/>.</summary>
    public void Advance(long nowUs)
    {
        if (!_any)
        {
            return;
        }

        if (nowUs - _startUs[0] > IdleWindowsMax * Micros.PerS)
        {
            Flush();
            return;
        }

        while (nowUs >= _startUs[0] + (WidthsS[0] * Micros.PerS))
        {
            Close(0);
        }
    }

    /// <summary>Closes the open windows of all widths, however little of them has passed: at the end of a run.</summary>
    public void Flush()
    {
        if (!_any)
        {
            return;
        }

        for (var level = 0; level < WidthsS.Length; level++)
        {
            Emit(level);
            if (level + 1 < WidthsS.Length)
            {
                _open[level + 1].Merge(_open[level]);
            }
        }

        foreach (var sums in _open)
        {
            sums.Clear();
        }

        _any = false;
    }

    private WindowSums At(long atUs)
    {
        Advance(atUs);
        if (!_any)
        {
            _any = true;
            for (var level = 0; level < WidthsS.Length; level++)
            {
                _startUs[level] = StartOf(atUs, level);
            }
        }
        else if (atUs < _startUs[0])
        {
            Late++;
        }

        return _open[0];
    }

    private void Close(int level)
    {
        Emit(level);
        _startUs[level] += WidthsS[level] * Micros.PerS;
        if (level + 1 < WidthsS.Length)
        {
            _open[level + 1].Merge(_open[level]);
            if (_startUs[level] >= _startUs[level + 1] + (WidthsS[level + 1] * Micros.PerS))
            {
                Close(level + 1);
            }
        }

        _open[level].Clear();
    }

    private void Emit(int level) => _closed(new WindowRecord
    {
        StartUs = _startUs[level],
        WidthS = WidthsS[level],
        Values = FeatureList.Compute(_open[level], WidthsS[level]),
        Sums = _open[level].ToBytes(),
    });

    private static long StartOf(long atUs, int level)
    {
        var widthUs = WidthsS[level] * Micros.PerS;
        return atUs - (((atUs % widthUs) + widthUs) % widthUs);
    }
}
