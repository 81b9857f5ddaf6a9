namespace RapidTuner.Engine.Twin.Cost;

/// <summary>How a table of matrix products is filled.</summary>
internal enum GemmFill
{
    /// <summary>Whole columns, each made to rise with tokens; for many different steps, on any number of threads.</summary>
    Columns,

    /// <summary>Only the cells that are asked for; for few steps under many trial constants, on one thread.</summary>
    Cells,
}
