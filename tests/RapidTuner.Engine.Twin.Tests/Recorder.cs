using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Engine.Twin.Tests;

/// <summary>Keeps everything that an engine tells.</summary>
internal sealed class Recorder : IEngineObserver, ITokenSink
{
    public List<StepSample> Steps { get; } = [];

    public List<RequestSample> Requests { get; } = [];

    public List<(Observation Seen, Decision Decided)> Decisions { get; } = [];

    public List<(double NowS, double GapS, int Count)> Gaps { get; } = [];

    public List<(long Id, double NowS)> Tokens { get; } = [];

    public void OnStep(in StepSample step) => Steps.Add(step);

    public void OnGaps(double nowS, double gapS, int count) => Gaps.Add((nowS, gapS, count));

    public void OnRequest(in RequestSample request) => Requests.Add(request);

    public void OnDecision(in Observation seen, in Decision decided) => Decisions.Add((seen, decided));

    public void OnToken(RequestHandle handle, int index, double nowS) => Tokens.Add((handle.Id, nowS));

    public void Clear()
    {
        Steps.Clear();
        Requests.Clear();
        Decisions.Clear();
        Gaps.Clear();
        Tokens.Clear();
    }

    /// <summary>Everything told is the same, to the bit.</summary>
    public void AssertSame(Recorder other)
    {
        Assert.Equal(Steps, other.Steps);
        Assert.Equal(Requests, other.Requests);
        Assert.Equal(Decisions, other.Decisions);
        Assert.Equal(Gaps, other.Gaps);
        Assert.Equal(Tokens, other.Tokens);
    }
}
