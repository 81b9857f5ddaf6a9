namespace RapidTuner.Bench.Papers;

/// <summary>One setting of a paper's evaluation, as far as the traces and the catalogue can rebuild it.</summary>
/// <param name="Paper">Which paper.</param>
/// <param name="Device">Device.</param>
/// <param name="Model">Model.</param>
/// <param name="TensorParallel">Devices that share each layer.</param>
/// <param name="Policy">The paper's own policy, at its fixed setting.</param>
/// <param name="Workload">Workload.</param>
internal sealed record PaperCell(string Paper, string Device, string Model, int TensorParallel, string Policy, string Workload);
