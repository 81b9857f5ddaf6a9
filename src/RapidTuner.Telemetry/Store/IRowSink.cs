namespace RapidTuner.Telemetry.Store;

/// <summary>Takes the values of one row, in the order of the table's columns.</summary>
public interface IRowSink
{
    /// <summary>A whole number.</summary>
    void Whole(long value);

    /// <summary>A double; NaN is stored as missing.</summary>
    void Real(double value);

    /// <summary>A text.</summary>
    void Text(string value);

    /// <summary>Bytes.</summary>
    void Blob(byte[] value);

    /// <summary>A missing value.</summary>
    void Null();
}
