using System.Runtime.CompilerServices;

namespace RapidTuner.Learning.Trees;

/// <summary>A set of at most 256 category codes.</summary>
[InlineArray(Words)]
internal struct CategorySet
{
    /// <summary>64-bit words of a set.</summary>
    public const int Words = 4;

    /// <summary>Most categories of a feature; the trainers' bins leave one code for what is missing.</summary>
    public const int CategoriesMax = 254;

    private ulong _word;

    /// <summary>True when <paramref name="code"/>, 0 to 255, is in the set.</summary>
    public readonly bool Contains(int code) => (this[code >> 6] >> (code & 63) & 1) != 0;

    /// <summary>Adds <paramref name="code"/>, 0 to 255.</summary>
    public void Add(int code) => this[code >> 6] |= 1UL << (code & 63);

    /// <summary>
    /// The code that a row's value stands for, or -1 when the value is missing, no whole number, or no category that training saw.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CodeOf(double value, int categories)
    {
        // NaN fails both comparisons.
        if (!(value >= 0 && value < categories))
        {
            return -1;
        }

        var code = (int)value;
        return code == value ? code : -1;
    }
}
