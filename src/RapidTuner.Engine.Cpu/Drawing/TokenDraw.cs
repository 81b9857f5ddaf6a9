using System.Numerics.Tensors;
using RapidTuner.Engine.Text;

namespace RapidTuner.Engine.Cpu.Drawing;

/// <summary>Draws a token from logits: greedy at temperature 0, otherwise from the softmax of logits / temperature, cut to the top k and the top p.</summary>
internal static class TokenDraw
{
    /// <summary>
    /// The token. What is drawn depends on the logits, the settings and the token's number alone, so that a reply is the same whatever else the engine
    /// serves and however often it was preempted.
    /// </summary>
    /// <param name="logits">One per token of the vocabulary.</param>
    /// <param name="settings">How to draw.</param>
    /// <param name="index">Number of the token in its reply, from 0.</param>
    /// <param name="probabilities">Room, as long as <paramref name="logits"/>.</param>
    /// <param name="order">Room, as long as <paramref name="logits"/>.</param>
    public static int Draw(ReadOnlySpan<float> logits, Sampling settings, int index, Span<float> probabilities, Span<int> order)
    {
        var best = TensorPrimitives.IndexOfMax(logits);
        if (settings.Temperature <= 0)
        {
            return best;
        }

        var weights = probabilities[..logits.Length];
        TensorPrimitives.Subtract(logits, logits[best], weights);
        TensorPrimitives.Multiply(weights, (float)(1 / settings.Temperature), weights);
        TensorPrimitives.Exp<float>(weights, weights);
        var uniform = Uniform(settings.Seed, index);
        var topK = settings.TopK > 0 ? Math.Min(settings.TopK, logits.Length) : logits.Length;
        if (topK == logits.Length && settings.TopP >= 1)
        {
            return Pick(weights, uniform * Sum(weights));
        }

        var kept = order[..logits.Length];
        for (var i = 0; i < kept.Length; i++)
        {
            kept[i] = i;
        }

        // Likeliest first; a heap gives only as many as are kept.
        for (var i = (kept.Length / 2) - 1; i >= 0; i--)
        {
            Sink(kept, i, kept.Length, weights);
        }

        return PickFromTop(kept, weights, topK, settings.TopP * Sum(weights), uniform);
    }

    // Takes the likeliest off the heap until the top k are out or hold the top p; they gather at the end of the heap's room.
    private static int PickFromTop(Span<int> heap, ReadOnlySpan<float> weights, int topK, double massWanted, double uniform)
    {
        var mass = 0.0;
        var left = heap.Length;
        while (left > 0 && heap.Length - left < topK && (left == heap.Length || mass < massWanted))
        {
            mass += weights[heap[0]];
            left--;
            (heap[0], heap[left]) = (heap[left], heap[0]);
            Sink(heap, 0, left, weights);
        }

        var target = uniform * mass;
        for (var i = heap.Length - 1; i > left; i--)
        {
            target -= weights[heap[i]];
            if (target < 0)
            {
                return heap[i];
            }
        }

        return heap[left];
    }

    private static void Sink(Span<int> heap, int at, int count, ReadOnlySpan<float> weights)
    {
        while (true)
        {
            var child = (2 * at) + 1;
            if (child >= count)
            {
                return;
            }

            child = child + 1 < count && Before(heap[child + 1], heap[child], weights) ? child + 1 : child;
            if (!Before(heap[child], heap[at], weights))
            {
                return;
            }

            (heap[at], heap[child]) = (heap[child], heap[at]);
            at = child;
        }
    }

    private static bool Before(int a, int b, ReadOnlySpan<float> weights) => weights[a] > weights[b] || (weights[a] == weights[b] && a < b);

    private static double Sum(ReadOnlySpan<float> weights)
    {
        var sum = 0.0;
        foreach (var weight in weights)
        {
            sum += weight;
        }

        return sum;
    }

    private static int Pick(ReadOnlySpan<float> weights, double target)
    {
        var last = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] > 0)
            {
                target -= weights[i];
                last = i;
                if (target < 0)
                {
                    return i;
                }
            }
        }

        return last;
    }

    // One number per seed and index, without state (SplitMix64's finaliser, Steele et al. 2014, twice).
    private static double Uniform(ulong seed, int index) => (Mix(Mix(seed) + (ulong)index) >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15UL;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
