namespace RapidTuner;

/// <summary>Where a command writes and what time it is: results to <paramref name="Out"/>, progress and problems to <paramref name="Error"/>.</summary>
/// <param name="Out">Standard output: the result and nothing else.</param>
/// <param name="Error">Standard error: progress, logs, problems.</param>
/// <param name="Clock">The clock of everything that runs in real time.</param>
/// <param name="Interactive">True when a person watches standard error: progress may redraw itself.</param>
public sealed record Terminal(TextWriter Out, TextWriter Error, TimeProvider Clock, bool Interactive = false);
