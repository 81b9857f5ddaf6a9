namespace RapidTuner.Bench.Accuracy;

/// <summary>How a measured server was set up.</summary>
/// <param name="Gpu">The device, as the table calls it.</param>
/// <param name="Model">The model, likewise.</param>
/// <param name="TensorParallel">Devices of one replica.</param>
/// <param name="Replicas">Replicas (dp).</param>
/// <param name="SequencesMax">Most sequences that run at once on one.</param>
/// <param name="BatchedTokensMax">Most new tokens of one step.</param>
internal sealed record ServerSetting(string Gpu, string Model, int TensorParallel, int Replicas, int SequencesMax, int BatchedTokensMax)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Model}, tp {TensorParallel}, dp {Replicas}";
}
