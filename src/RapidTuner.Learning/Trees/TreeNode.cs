using System.Runtime.InteropServices;

namespace RapidTuner.Learning.Trees;

/// <summary>
/// One decision of a tree. A row goes left when its value is at most <see cref="Threshold"/> or, for a categorical feature,
/// when its category is in the set; a missing value goes where training learned to send it.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TreeNode
{
    /// <summary>Value of <see cref="CategorySet"/> of a numeric decision.</summary>
    public const int Numeric = -1;

    /// <summary>Largest value that goes left; +∞ parts missing values from all others.</summary>
    public double Threshold;

    /// <summary>Index of the feature.</summary>
    public int Feature;

    /// <summary>Index of the left child; a leaf is its bitwise complement.</summary>
    public int Left;

    /// <summary>Index of the right child; a leaf is its bitwise complement.</summary>
    public int Right;

    /// <summary>Index of the set of categories that go left, or <see cref="Numeric"/>.</summary>
    public int CategorySet;

    /// <summary>Where a missing value goes.</summary>
    public bool MissingLeft;
}
