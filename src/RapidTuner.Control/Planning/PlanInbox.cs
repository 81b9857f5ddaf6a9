using RapidTuner.Core;
using RapidTuner.Core.Samples;
using RapidTuner.Telemetry.Ring;

namespace RapidTuner.Control.Planning;

/// <summary>
/// Carries what happened from the engine's thread to the planner's, without a lock and without allocating. Where the planner is too slow to read,
/// events are dropped and counted: it then forgets the requests whose ends it may have missed.
/// </summary>
internal sealed class PlanInbox : IEngineObserver
{
    // A planner that reads once a second meets some thousand steps and requests.
    private const int Slots = 1 << 14;

    private readonly BoundedRing<PlanEvent> _ring = new(Slots);
    private long _mourned;

    /// <summary>Events that found no room.</summary>
    public long Dropped => _ring.Refused;

    /// <summary>Hands everything that waits to <paramref name="to"/>; on the planner's thread.</summary>
    public void Drain(RecentRequests to)
    {
        // What was lost by now came after all that waits; what is lost meanwhile is met at the next drain.
        var dropped = Dropped;
        while (Next(to))
        {
            // Until nothing waits.
        }

        if (dropped != _mourned)
        {
            _mourned = dropped;
            to.ForgetRunning();
        }
    }

    /// <inheritdoc/>
    public void OnTaken(double nowS, long id, int promptTokens, int cachedTokens, double ttftLimitS) =>
        Send(new PlanEvent { Kind = PlanEventKind.Taken, NowS = nowS, Id = id, PromptTokens = promptTokens, CachedTokens = cachedTokens, TtftLimitS = ttftLimitS });

    /// <inheritdoc/>
    public void OnFirstToken(double nowS, long id, double arrivalS) => Send(new PlanEvent { Kind = PlanEventKind.FirstToken, NowS = nowS, Id = id });

    /// <inheritdoc/>
    public void OnStep(in StepSample step)
    {
        if (step.Phase != Phase.Prefill)
        {
            Send(new PlanEvent { Kind = PlanEventKind.DecodeStep, NowS = step.EndS });
        }
    }

    /// <inheritdoc/>
    public void OnGaps(double nowS, double gapS, int count)
    {
    }

    /// <inheritdoc/>
    public void OnRequest(in RequestSample request) => Send(new PlanEvent { Kind = PlanEventKind.Ended, NowS = request.FinishS, Id = request.Id, Ended = request });

    private bool Next(RecentRequests to)
    {
        if (_ring.Waiting == 0)
        {
            return false;
        }

        ref var waiting = ref _ring.TryPeek();
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref waiting))
        {
            return false;
        }

        switch (waiting.Kind)
        {
            case PlanEventKind.Taken:
                to.OnTaken(waiting.NowS, waiting.Id, waiting.PromptTokens, waiting.CachedTokens, waiting.TtftLimitS);
                break;
            case PlanEventKind.FirstToken:
                to.OnFirstToken(waiting.NowS, waiting.Id, waiting.NowS);
                break;
            case PlanEventKind.DecodeStep:
                to.OnStep(new StepSample { Phase = Phase.Decode });
                break;
            default:
                to.OnRequest(in waiting.Ended);
                break;
        }

        _ring.Release();
        return true;
    }

    private void Send(in PlanEvent happened)
    {
        ref var slot = ref _ring.TryClaim(out var ticket);
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref slot))
        {
            _ring.CountRefusal();
            return;
        }

        slot = happened;
        _ring.Publish(ticket);
    }
}
