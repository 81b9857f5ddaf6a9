namespace RapidTuner.Engine;

/// <summary>One token of a reply.</summary>
/// <param name="Index">Its number in the reply, from 1.</param>
/// <param name="AtS">When it was computed, engine seconds.</param>
/// <param name="Last">True for the reply's last token.</param>
public readonly record struct GeneratedToken(int Index, double AtS, bool Last);
