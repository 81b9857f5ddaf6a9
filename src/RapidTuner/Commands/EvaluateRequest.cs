using RapidTuner.Core.Catalogue;
using RapidTuner.Evaluation.Slos;
using RapidTuner.Recording;

namespace RapidTuner.Commands;

/// <summary>What a command line asks of <c>evaluate</c>.</summary>
internal sealed record EvaluateRequest(StoreChoice Store, string Policy, long? Run, SloTier? Tier, SpecCatalogue Catalogue, ulong Seed, bool Json);
