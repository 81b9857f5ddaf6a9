using RapidTuner.Control.Tests.Guardrails;
using RapidTuner.Control.Trust;
using RapidTuner.Core;
using RapidTuner.Core.Errors;
using RapidTuner.Core.Numerics;

namespace RapidTuner.Control.Tests.Trust;

/// <summary>Every edge of the machine, driven by a clock and by attainment that a test sets for each arm.</summary>
public sealed class TrustMachineTests : ITrustActions
{
    private static readonly Challenge Fair = new("old", "new", 1.05, null, null);
    private readonly SteppedClock _clock = new();
    private readonly List<string> _acts = [];
    private readonly Rng _rng = new(5, "attainment");

    void ITrustActions.Promote(string challengerId) => _acts.Add($"promote {challengerId}");

    void ITrustActions.Rollback(string predecessorId) => _acts.Add($"rollback {predecessorId}");

    [Fact]
    public void Propose_ScoredWorse_IsRejectedAtOnce()
    {
        var machine = Machine();
        Assert.True(machine.Propose(Fair with { WhatIfRatio = 0.9 }));
        Assert.Equal((TrustStage.Idle, TrustVerdict.WhatIfWorse), (machine.Stage, machine.Verdict));
        Assert.True(machine.Propose(Fair with { OffPolicyHighRps = 2.9, ChampionRps = 3 }));
        Assert.Equal((TrustStage.Idle, TrustVerdict.OffPolicyWorse), (machine.Stage, machine.Verdict));
    }

    [Fact]
    public void Propose_InsufficientSupport_IsNotHeldAgainstIt()
    {
        var machine = Machine();
        Assert.True(machine.Propose(new Challenge("old", "new", null, null, 3)));
        Assert.Equal(TrustStage.Shadow, machine.Stage);
        Assert.False(machine.Propose(Fair));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Shadow_NothingSaidOrUnsafe_Rejects(int unsafeDecisions)
    {
        var machine = Machine();
        machine.Propose(Fair);
        for (var i = 0; i < 20 * unsafeDecisions; i++)
        {
            machine.Shadowed(i >= unsafeDecisions);
        }

        Pass(machine, 301);
        Assert.Equal((TrustStage.Idle, TrustVerdict.ShadowUnsafe), (machine.Stage, machine.Verdict));
        Assert.Empty(_acts);
    }

    [Fact]
    public void Switchback_BetterChallenger_IsPromotedByTheLowerBoundThenKept()
    {
        var machine = InSwitchback();
        Run(machine, champion: 0.85, challenger: 0.93, until: TrustStage.Watched);
        Assert.Equal(["promote new"], _acts);
        Assert.Equal(TrustVerdict.Promoted, machine.Verdict);
        Assert.True(machine.LowerBound > 0);
        Assert.Equal(Arm.Challenger, machine.Deciding);
        Run(machine, champion: 0.85, challenger: 0.93, until: TrustStage.Idle);
        Assert.Equal(TrustVerdict.Kept, machine.Verdict);
        Assert.Equal(["promote new"], _acts);
    }

    [Fact]
    public void Switchback_WorseChallenger_IsRejected()
    {
        var machine = InSwitchback();
        Run(machine, champion: 0.93, challenger: 0.85, until: TrustStage.Idle);
        Assert.Equal(TrustVerdict.SwitchbackWorse, machine.Verdict);
        Assert.Equal(Arm.Champion, machine.Deciding);
        Assert.Empty(_acts);
    }

    [Fact]
    public void Switchback_EqualChallenger_IsPromotedNoOftenerThanStated()
    {
        var promoted = 0;
        for (var seed = 1UL; seed <= 25; seed++)
        {
            var machine = InSwitchback(seed);
            Run(machine, 0.9, 0.9, TrustStage.Idle, orWatched: true);
            promoted += machine.Verdict == TrustVerdict.Promoted ? 1 : 0;
        }

        Assert.InRange(promoted, 0, 4);
    }

    [Fact]
    public void Switchback_Blocks_AreRandomisedPairsAndTheirStartIsDiscarded()
    {
        var machine = InSwitchback();
        var firsts = new List<Arm>();
        for (var pair = 0; pair < 15; pair++)
        {
            firsts.Add(machine.Deciding);
            Block(machine, 0.9, 0.9);
            Assert.NotEqual(firsts[^1], machine.Deciding);
            Block(machine, 0.9, 0.9);
        }

        Assert.Contains(Arm.Champion, firsts);
        Assert.Contains(Arm.Challenger, firsts);
        Assert.All(machine.Blocks, b => Assert.Equal(50, b.Settled));
    }

    [Fact]
    public void Switchback_ThinBlocks_AreRunAgain()
    {
        var machine = InSwitchback();
        for (var i = 0; i < 10; i++)
        {
            Pass(machine, 61);
        }

        Assert.Empty(machine.Blocks);
        Assert.Equal(TrustStage.Switchback, machine.Stage);
    }

    [Fact]
    public void Watched_SuddenFall_RollsBackAtOnce()
    {
        var machine = InSwitchback();
        Run(machine, 0.8, 0.95, TrustStage.Watched);
        Run(machine, 0.8, 0.3, TrustStage.Idle);
        Assert.Equal(TrustVerdict.RolledBack, machine.Verdict);
        Assert.Equal(["promote new", "rollback old"], _acts);
        Assert.Equal(Arm.Champion, machine.Deciding);
    }

    [Fact]
    public void Watched_SlowRegret_RollsBackByTheHeldBackBlocks()
    {
        var machine = InSwitchback(watchBlocks: 1_000);
        Run(machine, 0.85, 0.95, TrustStage.Watched);
        Run(machine, 0.95, 0.85, TrustStage.Idle);
        Assert.Equal(TrustVerdict.RolledBack, machine.Verdict);
        Assert.Equal(["promote new", "rollback old"], _acts);
    }

    [Fact]
    public void Withdraw_AtAnyStage_LeavesTheChampion()
    {
        var machine = InSwitchback();
        machine.Withdraw();
        Assert.Equal((TrustStage.Idle, TrustVerdict.Withdrawn, Arm.Champion), (machine.Stage, machine.Verdict, machine.Deciding));
        Assert.Empty(_acts);

        var watched = InSwitchback();
        Run(watched, 0.8, 0.95, TrustStage.Watched);
        watched.Withdraw();
        Assert.Equal(["promote new", "rollback old"], _acts);
    }

    [Fact]
    public void Policy_InShadow_AsksTheChallengerWithoutEffect()
    {
        var machine = Machine();
        var palette = ToyDevice.PaletteOf(ToyDevice.Grid);
        var (champion, challenger) = (new ScriptedModel(palette), new ScriptedModel(palette) { Wants = palette.Nearest(new Split(76, 228)), Throws = new InvalidOperationException("broken") });
        var policy = new ArmPolicy(machine, champion, challenger);
        machine.Propose(Fair);
        Assert.Equal(champion.Wants, policy.Decide(Situation.BothPhases(8)).Split);
        Pass(machine, 301);
        Assert.Equal(TrustVerdict.ShadowUnsafe, machine.Verdict);

        challenger.Throws = null;
        machine.Propose(Fair);
        policy.Decide(Situation.BothPhases(8));
        Pass(machine, 301);
        var seen = Enumerable.Range(0, 2).Select(_ =>
        {
            var split = policy.Decide(Situation.BothPhases(8)).Split;
            Block(machine, 0.9, 0.9);
            return split;
        }).ToHashSet();
        Assert.Equal([champion.Wants, challenger.Wants], seen.OrderByDescending(s => s.PrefillUnits));
    }

    [Fact]
    public void Options_OutOfRange_AreToldAtOnce()
    {
        var wrong = Assert.Throws<BadInputException>(() => new TrustMachine(new TrustOptions { Error = 2, Looks = [9, 3] }, this, _clock, 1));
        Assert.Contains("trust.error", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("trust.looks", wrong.Message, StringComparison.Ordinal);
    }

    private TrustMachine Machine(ulong seed = 1, int watchBlocks = 60) => new(new TrustOptions { WatchBlocks = watchBlocks }, this, _clock, seed);

    private TrustMachine InSwitchback(ulong seed = 1, int watchBlocks = 60)
    {
        var machine = Machine(seed, watchBlocks);
        machine.Propose(Fair);
        machine.Shadowed(true);
        Pass(machine, 301);
        Assert.Equal(TrustStage.Switchback, machine.Stage);
        return machine;
    }

    private void Run(TrustMachine machine, double champion, double challenger, TrustStage until, bool orWatched = false)
    {
        for (var i = 0; i < 2_000 && machine.Stage != until && !(orWatched && machine.Stage == TrustStage.Watched); i++)
        {
            Block(machine, champion, challenger);
        }
    }

    /// <summary>One block: ten settled requests in its discarded part, fifty after it.</summary>
    private void Block(TrustMachine machine, double champion, double challenger)
    {
        var share = machine.Deciding == Arm.Champion ? champion : challenger;
        _clock.Pass(0.5);
        for (var second = 0; second < 60; second++)
        {
            machine.Settled(second >= 10 && _rng.NextDouble() < share);
            _clock.Pass(1);
        }

        machine.Advance();
    }

    private void Pass(TrustMachine machine, double seconds)
    {
        _clock.Pass(seconds);
        machine.Advance();
    }
}
