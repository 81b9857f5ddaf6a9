using RapidTuner.Core.Errors;
using RapidTuner.Core.Numerics;

namespace RapidTuner.Control.Trust;

/// <summary>
/// The way of a challenger from a file to the engine (DESIGN §6). A state machine without I/O: time comes from the clock, chance from the
/// seed. One thread advances it; any may read <see cref="Deciding"/>.
/// </summary>
public sealed class TrustMachine
{
    private readonly TrustOptions _options;
    private readonly ITrustActions _actions;
    private readonly TimeProvider _clock;
    private readonly ulong _seed;
    private readonly Rng _rng;
    private readonly List<Block> _blocks = [];
    private readonly List<double> _differences = [];
    private Challenge? _challenge;
    private volatile Arm _deciding;
    private long _stageAt;
    private long _blockAt;
    private Block _open;
    private int _shadowed;
    private int _unsafe;
    private int _look;
    private int _falls;
    private double _baselineShare;

    /// <summary>An idle machine.</summary>
    /// <exception cref="BadInputException">Options out of range.</exception>
    public TrustMachine(TrustOptions options, ITrustActions actions, TimeProvider clock, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = new Problems();
        options.Check(problems);
        problems.ThrowIfAny();
        (_options, _actions, _clock, _seed) = (options, actions, clock, seed);
        _rng = new Rng(seed, "switchback");
    }

    /// <summary>How far the challenger has come.</summary>
    public TrustStage Stage { get; private set; }

    /// <summary>Whose decisions are in force.</summary>
    public Arm Deciding => _deciding;

    /// <summary>How the latest challenge ended.</summary>
    public TrustVerdict Verdict { get; private set; }

    /// <summary>Blocks of the present stage that ended.</summary>
    public IReadOnlyList<Block> Blocks => _blocks;

    /// <summary>Lower bound of the challenger's gain in attainment at the latest look; NaN before one.</summary>
    public double LowerBound { get; private set; } = double.NaN;

    /// <summary>A challenger that passes its scores goes into shadow. Refused (false) while another is on its way.</summary>
    public bool Propose(Challenge challenge)
    {
        ArgumentNullException.ThrowIfNull(challenge);
        if (Stage != TrustStage.Idle)
        {
            return false;
        }

        (_challenge, LowerBound) = (challenge, double.NaN);
        Verdict = challenge.WhatIfRatio < _options.WhatIfRatioMin ? TrustVerdict.WhatIfWorse
            : challenge.OffPolicyHighRps < challenge.ChampionRps ? TrustVerdict.OffPolicyWorse
            : TrustVerdict.Open;
        if (Verdict == TrustVerdict.Open)
        {
            (_shadowed, _unsafe) = (0, 0);
            Enter(TrustStage.Shadow);
        }

        return true;
    }

    /// <summary>The challenger decided in shadow.</summary>
    /// <param name="safe">False when it gave no allowed decision, or one predicted to break the SLO where the champion's was not.</param>
    public void Shadowed(bool safe)
    {
        if (Stage == TrustStage.Shadow)
        {
            _shadowed++;
            _unsafe += safe ? 0 : 1;
        }
    }

    /// <summary>A request was settled.</summary>
    public void Settled(bool attained)
    {
        if (Stage is TrustStage.Switchback or TrustStage.Watched && _clock.GetElapsedTime(_blockAt).TotalSeconds >= _options.DiscardS)
        {
            _open = _open with { Settled = _open.Settled + 1, Attained = _open.Attained + (attained ? 1 : 0) };
        }
    }

    /// <summary>Lets time pass; call it at least once a block.</summary>
    public void Advance()
    {
        if (Stage == TrustStage.Shadow && _clock.GetElapsedTime(_stageAt).TotalSeconds >= _options.ShadowS)
        {
            EndShadow();
        }
        else if (Stage is TrustStage.Switchback or TrustStage.Watched && _clock.GetElapsedTime(_blockAt).TotalSeconds >= _options.BlockS)
        {
            EndBlock();
        }
    }

    /// <summary>An operator ends the challenge: the champion (of a watched challenger, the predecessor) decides.</summary>
    public void Withdraw()
    {
        if (Stage == TrustStage.Watched)
        {
            _actions.Rollback(_challenge!.ChampionId);
        }

        if (Stage != TrustStage.Idle)
        {
            End(TrustVerdict.Withdrawn);
        }
    }

    private void EndShadow()
    {
        if (_shadowed == 0 || _unsafe > _options.ShadowUnsafeShareMax * _shadowed)
        {
            End(TrustVerdict.ShadowUnsafe);
            return;
        }

        (_look, _falls) = (0, 0);
        _differences.Clear();
        Enter(TrustStage.Switchback);
        StartBlock(_rng.NextInt(2) == 0 ? Arm.Champion : Arm.Challenger);
    }

    private void EndBlock()
    {
        _blocks.Add(_open);
        if (Stage == TrustStage.Watched)
        {
            EndWatchedBlock();
        }
        else if (_blocks.Count % 2 == 1)
        {
            StartBlock(_open.Arm == Arm.Champion ? Arm.Challenger : Arm.Champion);
        }
        else
        {
            EndPair();
        }
    }

    private void EndPair()
    {
        var (first, second) = (_blocks[^2], _blocks[^1]);
        if (Math.Min(first.Settled, second.Settled) < _options.BlockRequestsMin)
        {
            _blocks.RemoveRange(_blocks.Count - 2, 2);
        }
        else
        {
            var (champion, challenger) = first.Arm == Arm.Champion ? (first, second) : (second, first);
            _differences.Add(challenger.Share - champion.Share);
            if (_differences.Count == _options.Looks[_look] && Look())
            {
                return;
            }
        }

        StartBlock(_rng.NextInt(2) == 0 ? Arm.Champion : Arm.Challenger);
    }

    /// <summary>Tests what the pairs say so far; true when it ends the switchback.</summary>
    private bool Look()
    {
        // Bonferroni over the looks: several chances to be lucky must not add up.
        var error = _options.Error / _options.Looks.Count;
        LowerBound = BlockTest.Lower(_differences, error, _seed);
        _look++;
        if (LowerBound > 0)
        {
            Promote();
            return true;
        }

        if (BlockTest.Upper(_differences, error, _seed) < 0)
        {
            End(TrustVerdict.SwitchbackWorse);
            return true;
        }

        if (_look == _options.Looks.Count)
        {
            End(TrustVerdict.SwitchbackUndecided);
            return true;
        }

        return false;
    }

    private void Promote()
    {
        _baselineShare = _blocks.Where(b => b.Arm == Arm.Champion).Average(b => b.Share);
        Verdict = TrustVerdict.Promoted;
        _actions.Promote(_challenge!.ChallengerId);
        Enter(TrustStage.Watched);
        StartBlock(Arm.Challenger);
    }

    private void EndWatchedBlock()
    {
        if (_open.Settled < _options.BlockRequestsMin)
        {
            _blocks.RemoveAt(_blocks.Count - 1);
        }
        else if (_open.Arm == Arm.Challenger)
        {
            _falls = _open.Share < _baselineShare - _options.FallShareMax ? _falls + 1 : 0;
        }

        if (_falls >= 2 || Regrets())
        {
            _actions.Rollback(_challenge!.ChampionId);
            End(TrustVerdict.RolledBack);
        }
        else if (_blocks.Count >= _options.WatchBlocks)
        {
            End(TrustVerdict.Kept);
        }
        else
        {
            StartBlock(_rng.NextDouble() < _options.HoldbackShare ? Arm.Champion : Arm.Challenger);
        }
    }

    /// <summary>Each held-back block against the mean of the challenger's blocks around it.</summary>
    private bool Regrets()
    {
        const int HeldBackMin = 8;
        if (_open.Arm != Arm.Champion || _blocks.Count(b => b.Arm == Arm.Champion) < HeldBackMin)
        {
            return false;
        }

        var lost = new List<double>();
        for (var i = 0; i < _blocks.Count; i++)
        {
            if (_blocks[i].Arm == Arm.Champion && Around(i) is { } beside)
            {
                lost.Add(_blocks[i].Share - beside);
            }
        }

        // Looked at once per held-back block: each look has its part of the error.
        var looks = Math.Max(1, _options.WatchBlocks * _options.HoldbackShare);
        return lost.Count >= HeldBackMin && BlockTest.Lower(lost, Math.Max(0.001, _options.Error / looks), _seed) > 0;
    }

    private double? Around(int at)
    {
        var before = _blocks.FindLastIndex(at, b => b.Arm == Arm.Challenger);
        var after = _blocks.FindIndex(at, b => b.Arm == Arm.Challenger);
        return (before, after) switch
        {
            ( < 0, < 0) => null,
            ( < 0, _) => _blocks[after].Share,
            (_, < 0) => _blocks[before].Share,
            _ => (_blocks[before].Share + _blocks[after].Share) / 2,
        };
    }

    private void StartBlock(Arm arm)
    {
        _open = new Block(arm, 0, 0);
        _blockAt = _clock.GetTimestamp();
        _deciding = arm;
    }

    private void Enter(TrustStage stage)
    {
        Stage = stage;
        _blocks.Clear();
        _stageAt = _clock.GetTimestamp();
        _deciding = Arm.Champion;
    }

    private void End(TrustVerdict verdict)
    {
        Verdict = verdict;
        Enter(TrustStage.Idle);
    }
}
