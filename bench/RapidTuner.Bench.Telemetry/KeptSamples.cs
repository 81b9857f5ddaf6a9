using RapidTuner.Core.Samples;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Bench.Telemetry;

/// <summary>What a run reported, as records.</summary>
internal sealed class KeptSamples : IEngineObserver
{
    // A service's clock: times of seven days later look like this.
    public const long OriginUs = 1_790_000_000_000_000;

    public List<StepRecord> Steps { get; } = [];

    public List<GapRecord> Gaps { get; } = [];

    public List<RequestRecord> Requests { get; } = [];

    public void OnStep(in StepSample step) => Steps.Add(StepRecord.From(in step, OriginUs));

    public void OnGaps(double nowS, double gapS, int count) =>
        Gaps.Add(new GapRecord { AtUs = OriginUs + Micros.FromS(nowS), GapUs = Micros.FromS(gapS), Count = count });

    public void OnRequest(in RequestSample request) => Requests.Add(RequestRecord.From(in request, OriginUs));
}
