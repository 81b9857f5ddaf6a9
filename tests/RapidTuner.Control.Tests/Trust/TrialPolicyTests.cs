using RapidTuner.Control.Tests.Guardrails;
using RapidTuner.Control.Trust;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Tests.Trust;

/// <summary>A challenger goes through every stage in engine time; who decides, why, and what became of it are seen from outside.</summary>
public sealed class TrialPolicyTests : ITrustActions
{
    private static readonly Challenge Fair = new("old", "new", null, null, null);
    private static readonly TrustOptions Quick = new() { ShadowS = 60, BlockS = 20, DiscardS = 2, Looks = [8, 16, 32], WatchBlocks = 60, HoldbackShare = 0.3 };
    private static readonly Palette Units = ToyDevice.PaletteOf(ToyDevice.Grid);
    private readonly ScriptedModel _old = new(Units) { Wants = new Split(152, 152) };
    private readonly ScriptedModel _new = new(Units) { Wants = Units.Nearest(new Split(76, 228)) };
    private readonly List<string> _acts = [];
    private readonly List<Reason> _reasons = [];
    private readonly Rng _rng = new(3, "attained");
    private readonly TrialPolicy _trial;
    private double _nowS = 100;

    public TrialPolicyTests() => _trial = new TrialPolicy(_old, "old", Quick, this, 1);

    void ITrustActions.Promote(string challengerId) => _acts.Add($"promote {challengerId}");

    void ITrustActions.Rollback(string predecessorId) => _acts.Add($"rollback {predecessorId}");

    [Fact]
    public void Decide_NoChallenger_IsTheChampions()
    {
        Run(100, 0.9, 0.9);
        Assert.Equal([Reason.SmallestDecode], _reasons.Distinct());
        Assert.Equal((TrustStage.Idle, "old"), (_trial.State.Stage, _trial.State.ChampionId));
    }

    [Fact]
    public void Propose_BetterChallenger_IsPromotedAndKept()
    {
        Assert.True(_trial.Propose(Fair, _new));
        Assert.False(_trial.Propose(Fair, _new));
        RunUntil(TrustStage.Watched, 0.8, 0.97);
        Assert.Equal(["promote new"], _acts);
        Assert.Contains(Reason.Switchback, _reasons);
        Assert.Equal(1, _reasons.Count(r => r == Reason.Promoted));
        RunUntil(TrustStage.Idle, 0.8, 0.97);
        Assert.Equal((TrustVerdict.Kept, "new", 1L, 1L), (_trial.State.Verdict, _trial.State.ChampionId, Ended(TrustVerdict.Promoted), Ended(TrustVerdict.Kept)));
        Assert.Equal(_new.Wants, Decide().Split);
        Assert.True(_trial.State.BlocksEnded > 60);
        Assert.True(_trial.Propose(new Challenge("new", "newer", null, null, null), _old));
    }

    [Fact]
    public void Propose_GoodOnlyInTheSwitchback_IsRolledBackOnRegret()
    {
        _trial.Propose(Fair, _new);
        RunUntil(TrustStage.Watched, 0.8, 0.97);
        RunUntil(TrustStage.Idle, 0.9, 0.72);
        Assert.Equal((TrustVerdict.RolledBack, "old"), (_trial.State.Verdict, _trial.State.ChampionId));
        Assert.Equal(["promote new", "rollback old"], _acts);
        Assert.Equal(1, _reasons.Count(r => r == Reason.RolledBack));
        Assert.Equal(_old.Wants, Decide().Split);
    }

    [Fact]
    public void Propose_AttainmentFallsAtOnce_IsRolledBackAfterTwoBlocks()
    {
        _trial.Propose(Fair, _new);
        RunUntil(TrustStage.Watched, 0.8, 0.97);
        var fromS = _nowS;
        RunUntil(TrustStage.Idle, 0.8, 0.1);
        Assert.Equal(TrustVerdict.RolledBack, _trial.State.Verdict);
        Assert.InRange(_nowS - fromS, 40, 200);
    }

    [Fact]
    public void Propose_NoBetter_IsNotPromoted()
    {
        _trial.Propose(Fair, _new);
        RunUntil(TrustStage.Idle, 0.95, 0.7, orStart: true);
        Assert.Equal((TrustVerdict.SwitchbackWorse, 1L), (_trial.State.Verdict, Ended(TrustVerdict.SwitchbackWorse)));
        Assert.Empty(_acts);
    }

    [Fact]
    public void Propose_ThrowsInShadow_NeverDecides()
    {
        _new.Throws = new InvalidOperationException("broken");
        _trial.Propose(Fair, _new);
        RunUntil(TrustStage.Idle, 0.9, 0.9, orStart: true);
        Assert.Equal(TrustVerdict.ShadowUnsafe, _trial.State.Verdict);
        Assert.Equal([Reason.SmallestDecode], _reasons.Distinct());
    }

    [Fact]
    public void Propose_ScoredWorse_EndsAtOnceAndIsSeen()
    {
        _trial.Propose(Fair with { WhatIfRatio = 0.5 }, _new);
        Decide();
        Assert.Equal((TrustStage.Idle, TrustVerdict.WhatIfWorse, 1L), (_trial.State.Stage, _trial.State.Verdict, Ended(TrustVerdict.WhatIfWorse)));
        Assert.True(_trial.Propose(Fair, _new));
    }

    [Fact]
    public void Withdraw_WhileWatched_GivesTheSplitBack()
    {
        _trial.Propose(Fair, _new);
        RunUntil(TrustStage.Watched, 0.8, 0.97);
        _trial.Withdraw();
        Assert.Equal((Reason.RolledBack, _old.Wants), (Decide() is var d ? d.Reason : default, d.Split));
        Assert.Equal(TrustVerdict.Withdrawn, _trial.State.Verdict);
        Assert.Equal(["promote new", "rollback old"], _acts);
    }

    [Fact]
    public void Propose_OtherPalette_IsRefused() =>
        Assert.Throws<ArgumentException>(() => _trial.Propose(Fair, new ScriptedModel(Palette.Unmasked(ToyDevice.Units))));

    private long Ended(TrustVerdict verdict) => _trial.State.Verdicts[(int)verdict];

    private void RunUntil(TrustStage stage, double champion, double challenger, bool orStart = false)
    {
        if (orStart)
        {
            Decide();
        }

        for (var i = 0; _trial.State.Stage != stage; i++)
        {
            Assert.True(i < 200, $"still {_trial.State.Stage} after 20,000 s");
            Run(1000, champion, challenger, stage);
        }
    }

    /// <summary>Ten decisions a second, two requests a second, attained with the chance of whoever decides.</summary>
    private void Run(int decisions, double champion, double challenger, TrustStage? until = null)
    {
        for (var i = 0; i < decisions && (until is null || _trial.State.Stage != until); i++)
        {
            _reasons.Add(Decide().Reason);
            if (i % 5 == 0)
            {
                var chance = _trial.State.Deciding == Arm.Challenger ? challenger : champion;
                var attained = _rng.NextDouble() < chance;
                _trial.Observer.OnRequest(new RequestSample { FinishS = _nowS, FirstTokenS = attained ? _nowS : double.PositiveInfinity, TtftLimitS = 1, ArrivalS = _nowS, OutputTokens = 1, Outcome = Outcome.Finished });
            }
        }
    }

    private Decision Decide()
    {
        _nowS += 0.1;
        return _trial.Decide(Situation.BothPhases(64) with { NowS = _nowS });
    }
}
