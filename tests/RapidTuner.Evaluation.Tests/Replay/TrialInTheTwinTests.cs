using RapidTuner.Control.Trust;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Evaluation.Replay;

namespace RapidTuner.Evaluation.Tests.Replay;

/// <summary>Challengers against a champion in the twin, in virtual time: attainment is what the engine makes of their decisions.</summary>
public sealed class TrialInTheTwinTests : ITrustActions
{
    private static readonly Setting Rapid = new() { Kind = RowKind.Pure, Policy = "rapid", ItlMargin = 0.6, ChunkTokens = 512 };
    private static readonly TrustOptions Quick = new() { ShadowS = 30, BlockS = 20, DiscardS = 5, Looks = [8, 16, 24], WatchBlocks = 45, HoldbackShare = 0.3 };
    private readonly List<string> _acts = [];

    void ITrustActions.Promote(string challengerId) => _acts.Add($"promote {challengerId}");

    void ITrustActions.Rollback(string predecessorId) => _acts.Add($"rollback {predecessorId}");

    [Fact]
    public void Challenger_ThatServesBetter_IsPromotedThenKept()
    {
        var (state, reasons) = Run(rapid => (new Starving(rapid, 0), rapid));
        Assert.Equal((TrustVerdict.Kept, "new"), (state.Verdict, state.ChampionId));
        Assert.Equal(["promote new"], _acts);
        Assert.Contains(Reason.Switchback, reasons);
        Assert.Contains(Reason.Promoted, reasons);
        Assert.True(state.BlocksEnded >= 45);
    }

    [Fact]
    public void Challenger_ThatFailsOnceItDecides_IsRolledBackWithItsReason()
    {
        // Better than the champion until well after its promotion, then far worse.
        var (state, reasons) = Run(rapid => (new Starving(rapid, 0, 400), new Starving(rapid, 420)));
        Assert.Equal((TrustVerdict.RolledBack, "old"), (state.Verdict, state.ChampionId));
        Assert.Equal(["promote new", "rollback old"], _acts);
        Assert.Contains(Reason.RolledBack, reasons);
    }

    [Fact]
    public void Challenger_ThatServesWorse_IsNotPromoted()
    {
        var (state, _) = Run(rapid => (rapid, new Starving(rapid, 0)));
        Assert.Equal((TrustVerdict.SwitchbackWorse, "old"), (state.Verdict, state.ChampionId));
        Assert.Empty(_acts);
    }

    private (TrialState State, HashSet<Reason> Reasons) Run(Func<IPolicy, (IPolicy Champion, IPolicy Challenger)> rivals)
    {
        var cell = Scenes.Cell(Scenes.Trace(6_000, 4));
        var load = cell.AsIs(1, 1);
        var (champion, challenger) = rivals(cell.PolicyOf(Rapid)!);
        var trial = new TrialPolicy(champion, "old", Quick, this, 1);
        Assert.True(trial.Propose(new Challenge("old", "new", null, null, null), challenger));
        var reasons = new Reasons();
        var engine = cell.EngineOf(Rapid, trial, new ObserverFan(trial.Observer, reasons), 1);
        for (var i = 0; i < load.Requests.Length; i++)
        {
            engine.Submit(in load.Requests[i], load.TtftLimitS[i]);
        }

        engine.Drain();
        return (trial.State, reasons.Seen);
    }

    /// <summary>From one time to another gives decode the fewest units while prefill has work, whatever the limit.</summary>
    private sealed class Starving(IPolicy inner, double fromS, double toS = double.PositiveInfinity) : IPolicy
    {
        public string Name => inner.Name;

        public Palette Palette => inner.Palette;

        public Decision Decide(in Observation seen) => seen.NowS >= fromS && seen.NowS < toS
            ? new Decision(new Split(Palette.PrefillUnits[^2], Palette.DecodeUnits[0]), Reason.Fixed, 2048)
            : inner.Decide(in seen);
    }

    private sealed class Reasons : IEngineObserver
    {
        public HashSet<Reason> Seen { get; } = [];

        public void OnStep(in StepSample step)
        {
        }

        public void OnGaps(double nowS, double gapS, int count)
        {
        }

        public void OnRequest(in RequestSample request)
        {
        }

        public void OnDecision(in Observation seen, in Decision decided) => Seen.Add(decided.Reason);
    }
}
