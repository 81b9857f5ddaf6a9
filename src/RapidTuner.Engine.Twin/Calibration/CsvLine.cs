namespace RapidTuner.Engine.Twin.Calibration;

/// <summary>A row of a table.</summary>
/// <param name="Number">Line in the file; the header is 1.</param>
/// <param name="Cells">Its cells.</param>
internal sealed record CsvLine(int Number, string[] Cells);
