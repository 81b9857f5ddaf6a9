namespace RapidTuner.Engine.Cpu.Execution;

/// <summary>New tokens of one sequence within a step.</summary>
/// <param name="Slot">The sequence.</param>
/// <param name="FirstRow">Row of the first of them.</param>
/// <param name="Rows">How many.</param>
/// <param name="FirstPosition">Position of the first of them in the sequence.</param>
internal readonly record struct StepSegment(int Slot, int FirstRow, int Rows, int FirstPosition);
