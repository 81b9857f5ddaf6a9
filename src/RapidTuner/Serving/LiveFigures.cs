using RapidTuner.Core;
using RapidTuner.Core.Samples;

namespace RapidTuner.Serving;

/// <summary>The figures that the panel, the state page and the metrics show. Written on the engine's thread, without allocation; read anywhere.</summary>
internal sealed class LiveFigures(double itlLimitS, RollingHistogram decideS) : IEngineObserver
{
    private readonly long[] _steps = new long[3];
    private readonly long[] _outcomes = new long[Enum.GetValues<Outcome>().Length];
    private readonly double[] _busyS = new double[3];
    private long _promptTokens;
    private long _outputTokens;
    private long _attained;

    public RollingHistogram TtftS { get; } = new();

    public RollingHistogram ItlS { get; } = new();

    public RollingHistogram PrefillStepS { get; } = new();

    public RollingHistogram DecodeStepS { get; } = new();

    /// <summary>Times to decide, seconds.</summary>
    public RollingHistogram DecideS { get; } = decideS;

    public double ItlLimitS { get; } = itlLimitS;

    public long PromptTokens => Volatile.Read(ref _promptTokens);

    public long OutputTokens => Volatile.Read(ref _outputTokens);

    public long Attained => Volatile.Read(ref _attained);

    public long Steps(Phase phase) => Volatile.Read(ref _steps[(int)phase]);

    public double BusyS(Phase phase) => Volatile.Read(ref _busyS[(int)phase]);

    public long Ended(Outcome outcome) => Volatile.Read(ref _outcomes[(int)outcome]);

    public void OnStep(in StepSample step)
    {
        var lengthS = step.EndS - step.StartS;
        _steps[(int)step.Phase]++;
        _busyS[(int)step.Phase] += lengthS;
        (step.Phase == Phase.Decode ? DecodeStepS : PrefillStepS).Add(step.EndS, lengthS, 1);
    }

    public void OnGaps(double nowS, double gapS, int count)
    {
        _outputTokens += count;
        ItlS.Add(nowS, gapS, count);
    }

    public void OnArrival(double nowS, int promptTokens, int cachedTokens) => _promptTokens += promptTokens;

    public void OnFirstToken(double nowS, long id, double arrivalS)
    {
        _outputTokens++;
        TtftS.Add(nowS, nowS - arrivalS, 1);
    }

    public void OnRequest(in RequestSample request)
    {
        _outcomes[(int)request.Outcome]++;
        if (request.Attained)
        {
            _attained++;
        }
    }
}
