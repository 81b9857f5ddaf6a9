using RapidTuner.Learning.Tables;

namespace RapidTuner.Learning.Physics;

/// <summary>A measured table as work: what each row did, which groups it belongs to, and what the trees are told beside the columns.</summary>
/// <param name="Kind">Name of the kind of table.</param>
/// <param name="Rows">What each row did.</param>
/// <param name="Keys">Per level, from the widest to the narrowest, the group of each row.</param>
/// <param name="Derived">Further columns for trees.</param>
internal sealed record WorkTable(string Kind, WorkRow[] Rows, IReadOnlyList<string[]> Keys, IReadOnlyList<TableColumn> Derived)
{
    /// <summary>How the names of derived columns begin.</summary>
    public const string DerivedPrefix = "work.";

    /// <summary>Levels of groups.</summary>
    public int Levels => Keys.Count;

    /// <summary>The derived columns of these names; one that has a single value in this table is still what the model asks for.</summary>
    public IEnumerable<TableColumn> DerivedNamed(IEnumerable<string> names) =>
        names.Where(name => name.StartsWith(DerivedPrefix, StringComparison.Ordinal)).Select(name => Derived.FirstOrDefault(c => c.Name == name)).OfType<TableColumn>();

    /// <summary>The group of a row at a level, told apart from groups of other levels.</summary>
    public string KeyOf(int row, int level) => Keys[level][row];
}
