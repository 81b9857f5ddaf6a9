using RapidTuner.Core.Catalogue;
using RapidTuner.Learning.Tables;

namespace RapidTuner.Commands;

/// <summary>A <c>learn fit</c> as asked for.</summary>
/// <param name="TablePath">The table.</param>
/// <param name="Options">What to fit, and how.</param>
/// <param name="OutPath">Where the model goes.</param>
/// <param name="Catalogue">Models and devices.</param>
/// <param name="Json">One JSON document instead of lines.</param>
internal sealed record LearnFitRequest(string TablePath, TableFitOptions Options, string OutPath, SpecCatalogue Catalogue, bool Json);
