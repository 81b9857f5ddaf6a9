using RapidTuner.Core.Samples;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>Counts attained requests block by block.</summary>
/// <param name="blockOf">Block of each request of the load, by its number; −1: of none.</param>
/// <param name="blocks">Blocks.</param>
internal sealed class BlockTally(int[] blockOf, int blocks) : IEngineObserver
{
    /// <summary>Attained requests of each block.</summary>
    public long[] Attained { get; } = new long[blocks];

    /// <inheritdoc/>
    public void OnStep(in StepSample step)
    {
        // Blocks are scored by their requests.
    }

    /// <inheritdoc/>
    public void OnGaps(double nowS, double gapS, int count)
    {
        // A request says itself whether its gaps were in time.
    }

    /// <inheritdoc/>
    public void OnRequest(in RequestSample request)
    {
        if (request.Attained && blockOf[request.Id] is var block and >= 0)
        {
            Attained[block]++;
        }
    }
}
