namespace RapidTuner.Bench.Headroom;

/// <summary>What one cell came to: a line of the results file.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Seeds">Seeds it ran.</param>
/// <param name="Requests">Requests of the trace that were used.</param>
/// <param name="MaxGoodputRps">max_goodput per row, requests per second.</param>
/// <param name="Chosen">What hindsight chose per row.</param>
/// <param name="TookS">Wall time, seconds.</param>
internal sealed record CellResult(Cell Cell, int Seeds, int Requests, IReadOnlyDictionary<string, double?> MaxGoodputRps, IReadOnlyDictionary<string, string> Chosen, double TookS);
