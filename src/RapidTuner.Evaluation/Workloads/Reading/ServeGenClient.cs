namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>What ServeGen publishes of one client: how it sends in each window, and how long its requests are.</summary>
/// <param name="Name">Name of the client's files without their common ends.</param>
/// <param name="Windows">Windows in order of time.</param>
/// <param name="Lengths">Length histograms in order of time, those without any length left out.</param>
internal sealed record ServeGenClient(string Name, IReadOnlyList<ServeGenWindow> Windows, IReadOnlyList<ServeGenLengths> Lengths)
{
    /// <summary>The latest lengths published up to <paramref name="startS"/>; the first ones before any was.</summary>
    public ServeGenLengths LengthsAt(double startS)
    {
        var latest = Lengths[0];
        foreach (var lengths in Lengths)
        {
            latest = lengths.StartS <= startS ? lengths : latest;
        }

        return latest;
    }
}

