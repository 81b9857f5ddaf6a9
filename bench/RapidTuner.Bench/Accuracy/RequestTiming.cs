namespace RapidTuner.Bench.Accuracy;

/// <summary>When a request was served, measured or in the twin.</summary>
/// <param name="ArrivalS">Arrival, seconds.</param>
/// <param name="TtftS">Time to first token, seconds.</param>
/// <param name="TpotS">Mean gap between its tokens, seconds.</param>
/// <param name="FinishS">Its last token, seconds.</param>
/// <param name="OutputTokens">Tokens of its output.</param>
internal readonly record struct RequestTiming(double ArrivalS, double TtftS, double TpotS, double FinishS, int OutputTokens);
