using RapidTuner.Core.Catalogue;

namespace RapidTuner.Learning.Tables;

/// <summary>What a fit needs from its surroundings.</summary>
/// <param name="Catalogue">Models and devices that physical laws join by name.</param>
/// <param name="Clock">Measures how long it takes.</param>
/// <param name="Notes">Told what a user should know: rows skipped, columns left out.</param>
public sealed record FitContext(SpecCatalogue Catalogue, TimeProvider Clock, Action<string> Notes);
