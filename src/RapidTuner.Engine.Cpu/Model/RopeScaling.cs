namespace RapidTuner.Engine.Cpu.Model;

/// <summary>Llama 3's stretching of rotary frequencies (`rope_scaling` of type `llama3` in a published configuration).</summary>
/// <param name="Factor">By how much long waves are stretched, ≥ 1.</param>
/// <param name="LowFrequencyFactor">Waves longer than the original context / this are stretched in full; above 0.</param>
/// <param name="HighFrequencyFactor">Waves shorter than the original context / this are left alone; above <paramref name="LowFrequencyFactor"/>.</param>
/// <param name="OriginalContextTokens">Context that the model was first trained with, tokens.</param>
public sealed record RopeScaling(double Factor, double LowFrequencyFactor, double HighFrequencyFactor, int OriginalContextTokens);
