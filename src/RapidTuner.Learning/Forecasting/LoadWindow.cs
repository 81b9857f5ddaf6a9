namespace RapidTuner.Learning.Forecasting;

/// <summary>What a forecast learns of one second of load. NaN where nothing was measured.</summary>
/// <param name="StartS">Start of the window, whole seconds of any clock that runs on; the window is one second wide.</param>
/// <param name="RequestsPerS">Requests that arrived (feature <c>requests_arrived_per_s</c>), 0 or more.</param>
/// <param name="PromptTokensPerS">Prompt tokens that arrived (feature <c>prompt_tokens_arrived_per_s</c>), 0 or more.</param>
/// <param name="OutputTokensPerS">Tokens that clients got (feature <c>tokens_out_per_s</c>), 0 or more.</param>
public readonly record struct LoadWindow(long StartS, double RequestsPerS, double PromptTokensPerS, double OutputTokensPerS)
{
    /// <summary>The value of a series.</summary>
    public double Of(LoadSeries series) => series switch
    {
        LoadSeries.Requests => RequestsPerS,
        LoadSeries.PromptTokens => PromptTokensPerS,
        LoadSeries.OutputTokens => OutputTokensPerS,
        _ => throw new ArgumentOutOfRangeException(nameof(series), series, "is no series of a load"),
    };
}
