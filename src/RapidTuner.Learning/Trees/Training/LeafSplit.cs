namespace RapidTuner.Learning.Trees.Training;

/// <summary>The best way found to part a leaf's rows.</summary>
internal struct LeafSplit
{
    /// <summary>Gain in packed units; 0 or less: none was found.</summary>
    public double Gain;

    /// <summary>Index among the kept features.</summary>
    public int Feature;

    /// <summary>Last bin that goes left, of a numeric feature.</summary>
    public int Bin;

    /// <summary>Where missing values go.</summary>
    public bool MissingLeft;

    /// <summary>True for a categorical feature.</summary>
    public bool Categorical;

    /// <summary>Categories that go left.</summary>
    public CategorySet Left;

    /// <summary>Packed sum of the rows that go left.</summary>
    public long LeftSum;
}
