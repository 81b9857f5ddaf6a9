using System.Runtime.CompilerServices;

namespace RapidTuner.Learning.Trees.Training;

/// <summary>
/// Gradient and weight of one row, or the sum over many, in one 64-bit integer: the gradient in the upper half (signed), the
/// weight in the lower (unsigned). One addition adds both. Integers make a sum independent of its order and a difference of
/// sums exact, which is what makes a fit the same on any number of cores.
/// </summary>
internal static class PackedSum
{
    /// <summary>Largest sum of absolute gradients or of weights: a bit of room for rounding in either half.</summary>
    public const double Limit = 1 << 30;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Of(double scaledGradient, uint weight) => ((long)Math.Round(scaledGradient) << 32) + weight;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Gradient(long sum) => (int)(sum >> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Weight(long sum) => (uint)sum;
}
