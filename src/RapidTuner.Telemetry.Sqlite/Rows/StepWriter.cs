using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Sqlite.Rows;

/// <summary>
/// Writes steps in their compact form: what a step shares with others goes to a row of step_groups, of which a new one
/// begins for each combination at least every 2,147 s of engine time, so that the offset fits four bytes; its prefill work goes to
/// prefill_works.
/// </summary>
internal sealed class StepWriter : IDisposable
{
    /// <summary>How long a group is used: the offset fits four bytes.</summary>
    public const long GroupUs = int.MaxValue;

    private readonly SqliteStatement _insertStep;
    private readonly SqliteStatement _insertGroup;
    private readonly PrefillWorks _works;
    private readonly Dictionary<Shared, (long Id, long BaseUs)> _groups = [];
    private readonly List<Shared> _newGroups = [];
    private long _lastGroup;

    public StepWriter(SqliteDatabase database)
    {
        _insertStep = database.Prepare("INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        _insertGroup = database.Prepare("INSERT INTO step_groups VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        _works = new PrefillWorks(database);
        _lastGroup = database.Number("SELECT max(id) FROM step_groups");
    }

    /// <summary>Writes one step inside the open transaction.</summary>
    public void Write(in StepRecord step, long seq, long run)
    {
        var (group, baseUs) = GroupOf(in step, run);
        _insertStep.Whole(seq);
        _insertStep.Whole(group);
        _insertStep.Whole(step.EndUs - baseUs);
        _insertStep.Whole(step.DurationUs);
        _insertStep.Whole(step.DecodeSequences);
        _insertStep.Whole(step.DecodeContextTokens);
        if (_works.IdOf(in step) is { } work)
        {
            _insertStep.Whole(work);
        }
        else
        {
            _insertStep.Null();
        }

        if (step.BesideShareE4 == 10_000)
        {
            _insertStep.Null();
        }
        else
        {
            _insertStep.Whole(step.BesideShareE4);
        }

        _insertStep.Whole(step.KvFreeShareE4);
        _insertStep.Run();
    }

    /// <summary>The transaction is in: its groups stay.</summary>
    public void Committed()
    {
        _newGroups.Clear();
        _works.Committed();
    }

    /// <summary>The transaction is undone: so are its groups. Their ids are not used again.</summary>
    public void RolledBack()
    {
        _insertStep.Reset();
        _insertGroup.Reset();
        foreach (var shared in _newGroups)
        {
            _groups.Remove(shared);
        }

        _newGroups.Clear();
        _works.RolledBack();
    }

    public void Dispose()
    {
        _insertStep.Dispose();
        _insertGroup.Dispose();
        _works.Dispose();
    }

    private (long Id, long BaseUs) GroupOf(in StepRecord step, long run)
    {
        var shared = new Shared(run, step.Phase, step.Units, step.DeviceUnits, step.Split, step.BesideUnits, step.Reason);
        if (_groups.TryGetValue(shared, out var known) && step.EndUs >= known.BaseUs && step.EndUs - known.BaseUs < GroupUs)
        {
            return known;
        }

        var group = (Id: ++_lastGroup, BaseUs: step.EndUs);
        _insertGroup.Whole(group.Id);
        _insertGroup.Whole(run);
        _insertGroup.Whole(group.BaseUs);
        _insertGroup.Text(Names<Phase>.Of(step.Phase));
        _insertGroup.Whole(step.Units);
        _insertGroup.Whole(step.DeviceUnits);
        _insertGroup.Whole(step.Split.PrefillUnits);
        _insertGroup.Whole(step.Split.DecodeUnits);
        _insertGroup.Whole(step.BesideUnits);
        _insertGroup.Text(Names<Reason>.Of(step.Reason));
        _insertGroup.Run();
        _groups[shared] = group;
        _newGroups.Add(shared);
        return group;
    }

    private readonly record struct Shared(long Run, Phase Phase, int Units, int DeviceUnits, Split Split, int BesideUnits, Reason Reason);
}
