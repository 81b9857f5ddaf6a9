namespace RapidTuner.Http;

/// <summary>Body of <c>PUT /api/v1/split</c>.</summary>
/// <param name="PrefillUnits">Units of prefill.</param>
/// <param name="DecodeUnits">Units of decode.</param>
internal sealed record SplitRequest(int? PrefillUnits, int? DecodeUnits);
