namespace RapidTuner.Engine.Scheduling;

/// <summary>One request in flight, for those that judge a copy of an engine between its steps.</summary>
/// <param name="Id">Its number.</param>
/// <param name="ArrivalS">Arrival, engine seconds.</param>
/// <param name="TtftLimitS">Limit on its time to first token, seconds.</param>
/// <param name="FirstTokenS">First token, engine seconds; NaN before it.</param>
/// <param name="RemainingTokens">Prompt tokens that prefill has still to compute.</param>
/// <param name="LateGaps">Gaps so far that exceeded the ITL limit.</param>
public readonly record struct InFlightRequest(long Id, double ArrivalS, double TtftLimitS, double FirstTokenS, int RemainingTokens, int LateGaps);
