namespace RapidTuner.Engine.Text;

/// <summary>One token of a reply, as text.</summary>
/// <param name="Index">Its number in the reply, from 1.</param>
/// <param name="Text">What it adds to the reply; empty when it ends inside a character or only ends the reply.</param>
/// <param name="AtS">When it was computed, engine seconds.</param>
/// <param name="End">Why the reply ends with it; <see cref="ReplyEnd.None"/> for all but the last.</param>
public readonly record struct TextToken(int Index, string Text, double AtS, ReplyEnd End);
