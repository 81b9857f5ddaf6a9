using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using RapidTuner.Engine.Text;

namespace RapidTuner.Bench.Service;

/// <summary>Passes an engine's tokens on and keeps the instant at which each was computed, by the seed that its request names.</summary>
/// <param name="inner">The engine's text.</param>
internal sealed class StampedText(ITokenEngine inner) : ITokenEngine
{
    /// <summary>Engine seconds of each token, by the request's seed.</summary>
    public ConcurrentDictionary<ulong, double[]> AtS { get; } = new();

    /// <inheritdoc/>
    public int[] Encode(string prompt) => inner.Encode(prompt);

    /// <inheritdoc/>
    public int[] Encode(IReadOnlyList<ChatMessage> conversation) => inner.Encode(conversation);

    /// <inheritdoc/>
    public async IAsyncEnumerable<TextToken> GenerateAsync(TextRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        var atS = AtS[request.Sampling.Seed] = new double[request.OutputTokensMax];
        await foreach (var token in inner.GenerateAsync(request, cancel))
        {
            Volatile.Write(ref atS[token.Index - 1], token.AtS);
            yield return token;
        }
    }
}
