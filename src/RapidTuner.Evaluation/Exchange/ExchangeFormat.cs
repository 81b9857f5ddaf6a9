namespace RapidTuner.Evaluation.Exchange;

/// <summary>How exported rows are written.</summary>
public enum ExchangeFormat
{
    /// <summary>RFC 4180, a header line, a missing value is an empty field, bytes as base64.</summary>
    Csv,

    /// <summary>One JSON object a line, a missing value is left out, bytes as base64.</summary>
    Jsonl,
}
