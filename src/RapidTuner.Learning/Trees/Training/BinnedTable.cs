namespace RapidTuner.Learning.Trees.Training;

/// <summary>
/// A feature table as one byte per cell. Four features share a word per row, so that a histogram pass loads their bins at once
/// and their histograms stay in the first-level cache. Features with one value are left out.
/// </summary>
internal sealed class BinnedTable
{
    /// <summary>Features of a word.</summary>
    public const int GroupFeatures = 4;

    /// <summary>Bins <paramref name="table"/>.</summary>
    public BinnedTable(FeatureTable table, WorkTeam team)
    {
        (Rows, Categories) = (table.Rows, table.Categories);
        var bins = new FeatureBins[table.Features];
        var varies = new bool[table.Features];
        var scratch = new double[team.Size][];
        Array.Fill(scratch, []);
        team.Run(table.Features, (member, f) =>
        {
            bins[f] = FeatureBins.Of(table.Columns[f], table.Categories[f], ref scratch[member]);
            varies[f] = bins[f].Values > 1 || HasMissing(table.Columns[f], bins[f]);
        });

        Features = [.. Enumerable.Range(0, table.Features).Where(f => varies[f])];
        Bins = [.. Features.Select(f => bins[f])];
        HistogramStarts = new int[Features.Length + 1];
        for (var i = 0; i < Features.Length; i++)
        {
            HistogramStarts[i + 1] = HistogramStarts[i] + Bins[i].Values + 1;
        }

        Words = new uint[(Features.Length + GroupFeatures - 1) / GroupFeatures][];
        team.Run(Words.Length, (_, group) => Words[group] = Pack(table, group));
    }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Categories of every feature of the table.</summary>
    public int[] Categories { get; }

    /// <summary>Table index of each kept feature.</summary>
    public int[] Features { get; }

    /// <summary>Bins of each kept feature.</summary>
    public FeatureBins[] Bins { get; }

    /// <summary>Where each kept feature's histogram starts; the last entry is the length of them all.</summary>
    public int[] HistogramStarts { get; }

    /// <summary>Cells of a node's histograms.</summary>
    public int HistogramCells => HistogramStarts[^1];

    /// <summary>Per group of four features one word per row: the first feature in the lowest byte.</summary>
    public uint[][] Words { get; }

    /// <summary>The bin of a kept feature in a row.</summary>
    public int BinOf(int feature, int row) =>
        (int)(Words[feature / GroupFeatures][row] >> (8 * (feature % GroupFeatures)) & 0xFF);

    private static bool HasMissing(double[] column, FeatureBins bins)
    {
        // A long column's bins come from a sample, so the whole column is asked.
        foreach (var value in column)
        {
            if (bins.BinOf(value) == bins.Values)
            {
                return true;
            }
        }

        return false;
    }

    private uint[] Pack(FeatureTable table, int group)
    {
        var words = GC.AllocateUninitializedArray<uint>(table.Rows, pinned: true);
        Array.Clear(words);
        for (var k = 0; k < GroupFeatures && (group * GroupFeatures) + k < Features.Length; k++)
        {
            var feature = (group * GroupFeatures) + k;
            var column = table.Columns[Features[feature]];
            var bins = Bins[feature];
            for (var row = 0; row < words.Length; row++)
            {
                words[row] |= (uint)bins.BinOf(column[row]) << (8 * k);
            }
        }

        return words;
    }
}
