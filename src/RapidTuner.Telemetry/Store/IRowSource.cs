namespace RapidTuner.Telemetry.Store;

/// <summary>The values of one row, by the table's column numbers.</summary>
public interface IRowSource
{
    /// <summary>True when the value is missing.</summary>
    bool IsNull(int column);

    /// <summary>A whole number; 0 when missing.</summary>
    long GetWhole(int column);

    /// <summary>A double; NaN when missing.</summary>
    double GetReal(int column);

    /// <summary>A text; "" when missing.</summary>
    string GetText(int column);

    /// <summary>Bytes; empty when missing.</summary>
    byte[] GetBlob(int column);
}
