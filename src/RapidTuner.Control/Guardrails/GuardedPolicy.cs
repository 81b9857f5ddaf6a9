using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Guardrails;

/// <summary>
/// A policy within guardrails (DESIGN §6): whatever is observed and whatever the inner policy does, the decision is an allowed split with a
/// reason. One engine's thread at a time; allocates nothing.
/// </summary>
public sealed class GuardedPolicy : IPolicy
{
    // How many decisions pass between two comparisons with the rule, for the inert alarm alone.
    private const int LookEvery = 64;

    // Chosen: a model is tried again at the latest after 64 << 12 decisions, some twenty minutes of serving: where outputs are long, a turn a minute of one that is
    // wrong makes most requests late. It is itself again after eight times its probation.
    private const int RelapsesMax = 12;
    private const int TrustedFactor = 8;

    private readonly IPolicy _inner;
    private readonly IModelPolicy? _model;
    private readonly IPolicy _fallback;
    private readonly GuardOptions _options;
    private readonly ObservationGuard _observation;
    private readonly KvGuard _kv;
    private readonly DecodeFloor _floor;
    private readonly ChangeGuard _change;
    private readonly InertWatch _inert;
    private Reason _refused;
    private int _sound;
    private int _relapses;
    private long _trusted = long.MaxValue / 2;
    private int _decisions;

    /// <summary>Puts a policy within guardrails.</summary>
    /// <param name="inner">Decides while nothing is wrong; its palette and name are those of the whole.</param>
    /// <param name="fallback">Decides otherwise: the RAPID rule.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="latency">Predicts decode steps for the SLO floor; null: late steps alone raise it.</param>
    /// <param name="clock">The clock that engine time is compared with; null in virtual time.</param>
    /// <exception cref="Core.Errors.BadInputException">Options out of range.</exception>
    public GuardedPolicy(IPolicy inner, IPolicy fallback, GuardOptions options, IStepLatency? latency = null, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(fallback);
        ArgumentNullException.ThrowIfNull(options);
        var problems = new Core.Errors.Problems();
        options.Check(problems);
        problems.ThrowIfAny();
        (_inner, _model, _fallback, _options) = (inner, inner as IModelPolicy, fallback, options);
        Palette = inner.Palette;
        _observation = new ObservationGuard(options, Palette.DeviceUnits, clock);
        _kv = new KvGuard(options);
        _floor = new DecodeFloor(options, Palette, latency);
        _change = new ChangeGuard(options, Palette.DeviceUnits);
        _inert = new InertWatch(options);
    }

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public Palette Palette { get; }

    /// <summary>How often each guard acted.</summary>
    public GuardCounts Counts { get; } = new();

    /// <summary>True while the tuner wants the same split whatever the load.</summary>
    public bool Inert => _inert.Inert;

    /// <summary>True while changes cost more than allowed, and are held back.</summary>
    public bool Flapping => _change.Flapping;

    /// <summary>Why the fallback decides; <see cref="Reason.None"/> while the inner policy does. From any thread.</summary>
    public Reason Refused => _refused;

    /// <inheritdoc/>
    public Decision Decide(in Observation seen)
    {
        var fault = _observation.Judge(in seen);
        if (fault != Reason.None)
        {
            return Fall(in seen, fault);
        }

        fault = _kv.Judge(in seen);
        var wanted = Ask(in seen, out var doubt);
        fault = doubt != Reason.None ? doubt : fault;
        if (fault != Reason.None)
        {
            return Guarded(in seen, Fall(in seen, fault));
        }

        // The fallback goes on deciding until the model has been sound for a while: two rules in turn would be a third, worse one.
        if (_refused is not (Reason.None or Reason.KvPressure) && ++_sound < RecoverDecisions)
        {
            return Guarded(in seen, Fall(in seen, _refused, again: true));
        }

        _refused = Reason.None;
        _trusted++;
        LookAtRule(in seen, wanted.Split);
        return Guarded(in seen, Snapped(wanted));
    }

    /// <summary>Each relapse doubles the time on probation: a model that is sound only while it does not decide must not have its turn again and again.</summary>
    private long RecoverDecisions => (long)_options.RecoverDecisions << _relapses;

    private void CountRelapse(Reason fault)
    {
        if (_refused is not (Reason.None or Reason.KvPressure) || fault is Reason.KvPressure or Reason.SignalsMissing or Reason.SnapshotFrozen or Reason.ClockJump)
        {
            return;
        }

        // What the model decided in peace since its latest return, against what it had to wait for that.
        _relapses = _trusted < TrustedFactor * RecoverDecisions ? Math.Min(_relapses + 1, RelapsesMax) : 0;
        _trusted = 0;
    }

    private Decision Ask(in Observation seen, out Reason doubt)
    {
        try
        {
            if (_model is null)
            {
                doubt = Reason.None;
                return _inner.Decide(in seen);
            }

            var wanted = _model.Decide(in seen, out var signals);
            doubt = ModelGuard.Judge(in signals, _options);
            return wanted;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Whatever a model does, the engine goes on: it is counted, shown, and the rule decides.
            doubt = Reason.PredictionMissing;
            return default;
        }
    }

    private Decision Fall(in Observation seen, Reason fault, bool again = false)
    {
        CountRelapse(fault);
        _refused = fault;
        _sound = again ? _sound : 0;
        Counts.Add(fault);
        return Snapped(_fallback.Decide(in seen)) with { Reason = fault };
    }

    private Decision Guarded(in Observation seen, Decision wanted)
    {
        if (wanted.Fuses)
        {
            // A hybrid step has no split to guard.
            return wanted;
        }

        var raised = _floor.Raise(in seen, wanted.Split);
        var urgent = raised != wanted.Split;
        if (urgent || (wanted.HoldsDecode && _floor.Raised))
        {
            Counts.Add(Reason.SloFloor);
            wanted = wanted with { Split = raised, Reason = Reason.SloFloor, HoldsDecode = false };
        }

        var held = _change.Judge(in seen, wanted.Split, urgent);
        if (held == Reason.None || !IsAllowed(seen.Split))
        {
            return wanted;
        }

        Counts.Add(held);
        return wanted with { Split = seen.Split, Reason = held, HoldsDecode = false };
    }

    private void LookAtRule(in Observation seen, Split wanted)
    {
        if (seen.DecodeNext.Sequences == 0 || !(seen.Launching == Phase.Prefill || seen.PrefillRunning || seen.PrefillQueued > 0) || ++_decisions % LookEvery != 0)
        {
            return;
        }

        if (_inert.Look(seen.NowS, wanted, _fallback.Decide(in seen).Split))
        {
            Counts.Add(Reason.Inert);
        }
    }

    private Decision Snapped(Decision wanted)
    {
        var chunk = Math.Max(0, wanted.ChunkTokens);
        var demotion = wanted.DemotionTokensPerS is >= 0 and < 1e12 ? wanted.DemotionTokensPerS : 0;
        return wanted with { Split = Palette.Nearest(wanted.Split), ChunkTokens = chunk, DemotionTokensPerS = demotion, AdmitTokens = wanted.AdmitTokens is > 0 and < 1e12 ? wanted.AdmitTokens : 0 };
    }

    private bool IsAllowed(Split split) => Palette.Nearest(split) == split;
}
