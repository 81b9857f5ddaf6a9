namespace RapidTuner.Core.Samples;

/// <summary>The load that a plan was made for. Missing values are null.</summary>
public sealed record PlanForecast
{
    /// <summary>How far the plan looks ahead, seconds.</summary>
    public double HorizonS { get; init; }

    /// <summary>Requests that arrive per second, and the ends of its interval.</summary>
    public double? RequestsPerS { get; init; }

    /// <summary>Lower end of <see cref="RequestsPerS"/>.</summary>
    public double? RequestsPerSLow { get; init; }

    /// <summary>Upper end of <see cref="RequestsPerS"/>.</summary>
    public double? RequestsPerSHigh { get; init; }

    /// <summary>Prompt tokens that arrive per second.</summary>
    public double? PromptTokensPerS { get; init; }

    /// <summary>Output tokens wanted per second.</summary>
    public double? OutputTokensPerS { get; init; }
}
