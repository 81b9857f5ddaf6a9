namespace RapidTuner.Bench.Peers;

/// <summary>What every engine computes: a prompt, then tokens one by one. The tokens are given, so that all compute the same.</summary>
internal static class PeerTask
{
    /// <summary>Seed of the generated weights.</summary>
    public const ulong Seed = 1;

    public const int PromptTokens = 256;

    public const int DecodeSteps = 48;

    public static int Threads => Environment.ProcessorCount;

    /// <summary>The token at a position.</summary>
    public static int TokenAt(int position) => ((position * 37) + 11) % 256;

    /// <summary>Largest difference of two rows of logits, over the largest logit.</summary>
    public static double Difference(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var (difference, largest) = (0.0, 0.0);
        for (var i = 0; i < one.Length; i++)
        {
            difference = Math.Max(difference, Math.Abs(one[i] - other[i]));
            largest = Math.Max(largest, Math.Abs(one[i]));
        }

        return difference / largest;
    }
}
