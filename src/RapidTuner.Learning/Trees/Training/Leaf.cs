namespace RapidTuner.Learning.Trees.Training;

/// <summary>A leaf of the tree that is being grown: its rows are a contiguous part of the row order.</summary>
internal sealed class Leaf
{
    /// <summary>First of its rows in the order.</summary>
    public int Start;

    /// <summary>Number of its rows.</summary>
    public int Count;

    /// <summary>Packed sum of its rows.</summary>
    public long Sum;

    /// <summary>Its histograms while it may still be split; null after.</summary>
    public long[]? Histograms;

    /// <summary>Least value that monotone decisions above allow, in units of the gradient.</summary>
    public double ValueMin = double.NegativeInfinity;

    /// <summary>Largest value that monotone decisions above allow, in units of the gradient.</summary>
    public double ValueMax = double.PositiveInfinity;

    /// <summary>The node whose child it is; -1 for the root.</summary>
    public int Parent = -1;

    /// <summary>True when it is that node's left child.</summary>
    public bool IsLeft;

    /// <summary>The best split of its rows.</summary>
    public LeafSplit Best;
}
