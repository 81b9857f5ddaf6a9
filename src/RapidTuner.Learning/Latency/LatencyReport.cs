namespace RapidTuner.Learning.Latency;

/// <summary>How a latency model was made and how well it predicts held-out samples.</summary>
public sealed record LatencyReport
{
    /// <summary>"samples", "prior", or the champion that it was scaled from.</summary>
    public string Origin { get; init; } = "samples";

    /// <summary>Samples used.</summary>
    public int Rows { get; init; }

    /// <summary>Samples passed over: of a fused step, of another device, without duration, beside the other phase for a part of the time only.</summary>
    public long Skipped { get; init; }

    /// <summary>Highest seq among the samples used.</summary>
    public long SeqLast { get; init; }

    /// <summary>Seed of every draw.</summary>
    public ulong Seed { get; init; }

    /// <summary>Seconds that the fit took.</summary>
    public double FitS { get; init; }

    /// <summary>Hyper-parameters.</summary>
    public IReadOnlyDictionary<string, double> Parameters { get; init; } = new SortedDictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Held-out metrics per group such as "decode.alone".</summary>
    public IReadOnlyDictionary<string, LatencyMetrics> Groups { get; init; } = new SortedDictionary<string, LatencyMetrics>(StringComparer.Ordinal);
}
