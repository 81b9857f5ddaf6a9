namespace RapidTuner.Learning.Trees.Training;

/// <summary>A decision of the tree that is being grown.</summary>
internal struct GrownNode
{
    /// <summary>How it parts its rows.</summary>
    public LeafSplit Split;

    /// <summary>First of its rows in the row order; the left ones come first.</summary>
    public int Start;

    /// <summary>Rows that go left.</summary>
    public int LeftCount;

    /// <summary>Rows that go right.</summary>
    public int RightCount;

    /// <summary>Left child, or the complement of a leaf.</summary>
    public int Left;

    /// <summary>Right child, or the complement of a leaf.</summary>
    public int Right;
}
