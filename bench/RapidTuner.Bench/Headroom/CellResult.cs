using RapidTuner.Evaluation.Statistics;

namespace RapidTuner.Bench.Headroom;

/// <summary>What one cell came to: a line of the results file.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Seeds">Seeds it ran.</param>
/// <param name="Requests">Requests of the trace that were used.</param>
/// <param name="MaxGoodputRps">max_goodput per row, requests per second.</param>
/// <param name="Chosen">What hindsight chose per row.</param>
/// <param name="TookS">Wall time, seconds.</param>
internal sealed record CellResult(Cell Cell, int Seeds, int Requests, IReadOnlyDictionary<string, double?> MaxGoodputRps, IReadOnlyDictionary<string, string> Chosen, double TookS)
{
    /// <summary>Ratio to static-best per row, paired over seeds; absent with one seed.</summary>
    public IReadOnlyDictionary<string, Interval?>? Ratio { get; init; }

    /// <summary>max_goodput at an attainment of 0.99 per row; absent unless asked for.</summary>
    public IReadOnlyDictionary<string, double?>? MaxGoodput99Rps { get; init; }

    /// <summary>Processor time, seconds.</summary>
    public double CpuS { get; init; }
}
