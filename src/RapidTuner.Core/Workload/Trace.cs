namespace RapidTuner.Core.Workload;

/// <summary>A workload trace: requests in order of arrival.</summary>
/// <param name="Name">File name without extension, or the spec's name.</param>
/// <param name="Requests">Rows sorted by arrival (stable for equal times).</param>
/// <param name="Skipped">Source rows without response tokens, left out (CONTRACT §3).</param>
/// <param name="TimestampStepS">Resolution of the source's timestamps in seconds, 0 when finer than a millisecond.</param>
public sealed record Trace(string Name, TraceRequest[] Requests, int Skipped, double TimestampStepS)
{
    /// <summary>Last arrival minus first, seconds; 0 for a single instant.</summary>
    public double SpanS => Requests.Length == 0 ? 0 : Requests[^1].ArrivalS - Requests[0].ArrivalS;
}
