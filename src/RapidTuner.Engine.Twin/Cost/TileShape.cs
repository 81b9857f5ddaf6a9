namespace RapidTuner.Engine.Twin.Cost;

/// <summary>A tile of the output of a matrix product that one unit computes at a time.</summary>
/// <param name="Rows">Rows (tokens).</param>
/// <param name="Columns">Columns (outputs).</param>
/// <param name="Efficiency">Arithmetic rate relative to the largest tile, share.</param>
/// <param name="Quantisation">1: a last wave takes as long as a full one; 0: tiles flow without waves.</param>
internal readonly record struct TileShape(int Rows, int Columns, double Efficiency, double Quantisation);
