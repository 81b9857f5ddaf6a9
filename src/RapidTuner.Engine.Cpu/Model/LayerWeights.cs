using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Engine.Cpu.Model;

/// <summary>The weights of one layer, packed. A dense feed-forward part is one expert that every row visits.</summary>
internal sealed class LayerWeights : IDisposable
{
    public required float[] AttentionNorm { get; init; }

    public required float[] FeedForwardNorm { get; init; }

    /// <summary>Queries, keys and values in one matrix, in this order.</summary>
    public required PackedMatrix Qkv { get; init; }

    /// <summary>Norms of a query's and a key's head; null without.</summary>
    public float[]? QueryNorm { get; init; }

    public float[]? KeyNorm { get; init; }

    public required PackedMatrix AttentionOut { get; init; }

    /// <summary>Chooses experts; null for a dense layer.</summary>
    public PackedMatrix? Router { get; init; }

    /// <summary>Gate and up in one matrix per expert.</summary>
    public required PackedMatrix[] GateUp { get; init; }

    public required PackedMatrix[] Down { get; init; }

    /// <summary>Bytes of packed weights.</summary>
    public long Bytes => Qkv.Bytes + AttentionOut.Bytes + (Router?.Bytes ?? 0) + GateUp.Sum(m => m.Bytes) + Down.Sum(m => m.Bytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        Qkv.Dispose();
        AttentionOut.Dispose();
        Router?.Dispose();
        foreach (var matrix in GateUp.Concat(Down))
        {
            matrix.Dispose();
        }
    }
}
