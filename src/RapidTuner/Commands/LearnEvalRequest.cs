using RapidTuner.Core.Catalogue;

namespace RapidTuner.Commands;

/// <summary>A <c>learn eval</c> as asked for.</summary>
/// <param name="ModelPath">The model.</param>
/// <param name="TablePath">The table.</param>
/// <param name="By">A column to score each value of; null: none.</param>
/// <param name="Catalogue">Models and devices.</param>
/// <param name="Json">One JSON document instead of lines.</param>
internal sealed record LearnEvalRequest(string ModelPath, string TablePath, string? By, SpecCatalogue Catalogue, bool Json);
