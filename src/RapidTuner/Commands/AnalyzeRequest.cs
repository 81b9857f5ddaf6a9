using RapidTuner.Core.Catalogue;
using RapidTuner.Evaluation.Analysis;
using RapidTuner.Recording;

namespace RapidTuner.Commands;

/// <summary>What a command line asks of <c>analyze</c>.</summary>
/// <param name="Store">Where the log is.</param>
/// <param name="OutPath">Where the report goes; null: stdout.</param>
/// <param name="Format">html, json or csv.</param>
/// <param name="Options">What is looked at.</param>
/// <param name="Catalogue">Devices and models.</param>
/// <param name="Stack">Host and launch cost of the engine that wrote the log; null: what the log says.</param>
internal sealed record AnalyzeRequest(StoreChoice Store, string? OutPath, string Format, AnalysisOptions Options, SpecCatalogue Catalogue, StackSpec? Stack);
