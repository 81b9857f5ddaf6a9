using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Tests.Workloads;

/// <summary>Small traces for tests.</summary>
internal static class Traces
{
    /// <summary>Requests at the given times; the prompt numbers them from 1.</summary>
    public static Trace At(params double[] arrivalsS) =>
        new("made", [.. arrivalsS.Select((arrivalS, i) => new TraceRequest(arrivalS, i + 1, 10))], 0, 0);

    /// <summary>Requests every <paramref name="gapS"/>.</summary>
    public static Trace Every(double gapS, int count) => At([.. Enumerable.Range(0, count).Select(i => i * gapS)]);
}
