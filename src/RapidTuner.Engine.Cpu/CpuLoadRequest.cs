namespace RapidTuner.Engine.Cpu;

/// <summary>A request of a load that the engine serves by itself: lengths only, its tokens are made up.</summary>
/// <param name="ArrivalS">Arrival, engine seconds.</param>
/// <param name="PromptTokens">Prompt tokens, ≥ 1.</param>
/// <param name="OutputTokens">Tokens to produce, ≥ 1: the model's end mark does not end it.</param>
/// <param name="TtftLimitS">Limit on its time to first token, seconds.</param>
public readonly record struct CpuLoadRequest(double ArrivalS, int PromptTokens, int OutputTokens, double TtftLimitS);
