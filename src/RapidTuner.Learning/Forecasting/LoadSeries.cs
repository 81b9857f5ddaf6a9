namespace RapidTuner.Learning.Forecasting;

/// <summary>The series of a load that are forecast, each per second.</summary>
public enum LoadSeries
{
    /// <summary>Requests that arrive, 1/s.</summary>
    Requests,

    /// <summary>Prompt tokens that arrive, tokens/s.</summary>
    PromptTokens,

    /// <summary>Output tokens, tokens/s.</summary>
    OutputTokens,
}
