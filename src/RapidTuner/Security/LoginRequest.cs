namespace RapidTuner.Security;

/// <summary>Body of a log-in.</summary>
/// <param name="Key">Text of a key.</param>
internal sealed record LoginRequest(string? Key);
