using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;
using RapidTuner.Core.Samples;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Conformance;

/// <summary>Plausible samples from a seed.</summary>
internal sealed class SampleMaker(ulong seed)
{
    public const long OriginUs = 1_790_000_000_000_000;

    private static readonly int[] UnitChoices = [32, 64, 96, 152, 208, 304];

    private readonly Rng _rng = new(seed, "samples");
    private double _nowS;
    private long _steps;
    private long _requests;

    public double NowS => _nowS;

    public StepSample Step()
    {
        var prefills = _rng.NextInt(8) == 0;
        var durationS = prefills ? 0.05 + (0.1 * _rng.NextDouble()) : 0.008 + (0.02 * _rng.NextDouble());
        var startS = _nowS;
        _nowS += durationS;
        var decode = StepWork.Decode(1 + _rng.NextInt(120), 1000 + _rng.NextInt(400_000));
        var prefill = StepWork.Prefill(1, 1 + _rng.NextInt(2048), _rng.NextInt(3) * 2048);
        if (_rng.NextInt(4) == 0)
        {
            prefill = prefill.With(1 + _rng.NextInt(500), 0, completesPrompt: true);
        }

        var beside = _rng.NextInt(3) > 0;
        var split = new Split(UnitChoices[_rng.NextInt(UnitChoices.Length)], UnitChoices[_rng.NextInt(UnitChoices.Length)]);
        return new StepSample
        {
            Seq = _steps++,
            Phase = prefills ? Phase.Prefill : Phase.Decode,
            StartS = startS,
            EndS = _nowS,
            Units = prefills ? split.PrefillUnits : split.DecodeUnits,
            DeviceUnits = 304,
            Split = split,
            Work = prefills ? prefill : decode,
            Beside = !beside ? default : prefills ? decode : prefill,
            BesideUnits = !beside ? 0 : prefills ? split.DecodeUnits : split.PrefillUnits,
            BesideShare = !beside ? 0 : _rng.NextInt(2) == 0 ? 1 : _rng.NextDouble(),
            KvFreeShare = _rng.NextDouble(),
            Reason = _rng.NextInt(2) == 0 ? Reason.SmallestDecode : Reason.OverAllocated,
        };
    }

    public RequestSample Request()
    {
        var outputTokens = 1 + _rng.NextInt(500);
        var arrivalS = Math.Max(0, _nowS - (20 * _rng.NextDouble()));
        var firstS = arrivalS + ((_nowS - arrivalS) * 0.2);
        return new RequestSample
        {
            Id = _requests++,
            ArrivalS = arrivalS,
            PromptTokens = 1 + _rng.NextInt(8000),
            CachedTokens = _rng.NextInt(2),
            OutputTokens = outputTokens,
            FirstScheduledS = arrivalS + ((_nowS - arrivalS) * 0.1),
            FirstTokenS = firstS,
            FinishS = _nowS,
            TtftLimitS = 1 + _rng.NextDouble(),
            LateGaps = _rng.NextInt(4),
            SingleGapMaxS = _rng.NextDouble(),
            Preemptions = _rng.NextInt(2),
            Outcome = Outcome.Finished,
        };
    }

    public Observation Observation() => new()
    {
        NowS = _nowS,
        Launching = Phase.Decode,
        DeviceUnits = 304,
        Split = new Split(208, 96),
        SplitSinceS = _nowS * 0.9,
        ItlLimitS = 0.1,
        PrefillQueued = _rng.NextInt(10),
        PrefillQueuedTokens = _rng.NextInt(20_000),
        PrefillOldestArrivalS = _rng.NextInt(2) == 0 ? double.NaN : _nowS - _rng.NextDouble(),
        PrefillNext = StepWork.Prefill(1, 512, 2048),
        PrefillHeadSlackS = _rng.NextInt(2) == 0 ? double.PositiveInfinity : _rng.NextDouble() - 0.5,
        PrefillRunning = true,
        PrefillWork = StepWork.Prefill(2, 256, 0),
        PrefillUnits = 208,
        PrefillStartedS = _nowS - 0.01,
        PrefillCompletes = 1,
        DecodeNext = StepWork.Decode(40, 120_000),
        DecodeJoining = 2,
        DecodeJoiningSinceS = double.NaN,
        DecodeLastTokenS = _nowS,
        DecodeLatestStepS = 0.012,
        PrefillLatestStepS = 0.1,
        KvFreeShare = _rng.NextDouble(),
    };

    public DecisionRecord Decision(string policy = "rapid") =>
        DecisionRecord.From(Observation(), new Decision(new Split(152, 152), Reason.SmallestDecode, 2048, PrefillOrder.Fcfs), policy, OriginUs);

    public GapRecord Gap() => new() { AtUs = OriginUs + Micros.FromS(_nowS), GapUs = 10_000 + _rng.NextInt(90_000), Count = 1 + _rng.NextInt(100) };

    /// <summary>A batch with <paramref name="steps"/> steps and a few of everything else.</summary>
    public TelemetryBatch Batch(RunRecord run, int steps)
    {
        var batch = new TelemetryBatch(run);
        for (var i = 0; i < steps; i++)
        {
            batch.Steps.Add(StepRecord.From(Step(), run.OriginUs));
            batch.Gaps.Add(Gap());
            if (i % 10 == 0)
            {
                batch.Requests.Add(RequestRecord.From(Request(), run.OriginUs));
                batch.Decisions.Add(Decision());
            }
        }

        return batch;
    }

    public static RunRecord Run(long originUs = OriginUs) => new()
    {
        OriginUs = originUs,
        Engine = "twin",
        Device = "mi300x",
        Model = "llama-3.1-70b",
        Policy = "rapid",
        Workload = "azure-2023-conv",
        Seed = 7,
        Version = "0.1.0",
        TensorParallel = 4,
        Stack = "vllm-0.19",
        SloTier = "middle",
    };
}
