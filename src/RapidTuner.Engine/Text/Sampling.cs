namespace RapidTuner.Engine.Text;

/// <summary>How a token is drawn from the model's distribution.</summary>
/// <param name="Temperature">0 to 2; 0 takes the likeliest token.</param>
/// <param name="TopP">Share of the probability that is drawn from, above 0 to 1; 1 draws from all.</param>
/// <param name="Seed">Seed of the draws; the same seed on the same prompt and engine gives the same reply.</param>
/// <param name="TopK">Likeliest tokens that are drawn from; 0 for all.</param>
public readonly record struct Sampling(double Temperature, double TopP, ulong Seed, int TopK = 0);
