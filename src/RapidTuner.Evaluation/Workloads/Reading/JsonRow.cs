namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>What both JSONL formats have in a row, in the source's units.</summary>
/// <param name="Stamp">Time stamp: milliseconds (Mooncake) or seconds (RAGPulse).</param>
/// <param name="InputTokens">Prompt tokens.</param>
/// <param name="OutputTokens">Output tokens; 0 marks a row to be skipped.</param>
internal readonly record struct JsonRow(double Stamp, int InputTokens, int OutputTokens);
