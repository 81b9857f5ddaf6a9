using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Statistics;

namespace RapidTuner.Evaluation.Slos;

/// <summary>
/// The limits of one tier on one device, model and trace (COMPARISON §1). The limit on the inter-token latency is one for the
/// run; each request has its own for the time to first token.
/// </summary>
public sealed class SloLimits
{
    private const double PaperTtftSPerToken = 1.0 / 1000;
    private const double PaperTtftFloorS = 1;
    private const double PaperItlDenseS = 0.100;
    private const double PaperItlMoeS = 0.050;
    private const double TightTtftTimesUnloaded = 5;
    private const double TightTtftFloorS = 0.1;
    private const double TightItlTimesUnloaded = 3;
    private const double TightItlFloorS = 0.005;

    private readonly SloTier _tier;
    private readonly IStepLatency _unloaded;
    private readonly int _deviceUnits;
    private readonly Dictionary<(int Prompt, int Computed), double> _ttftLimitS = [];

    /// <summary>Works the limits out.</summary>
    /// <param name="tier">The tier.</param>
    /// <param name="unloaded">The noise-free twin of the device (with its model, stack and tensor parallelism).</param>
    /// <param name="deviceUnits">Units of the whole device.</param>
    /// <param name="mixtureOfExperts">True for a model with experts: the paper tier's ITL is 50 ms then.</param>
    /// <param name="requests">The trace, excluded requests left out; its median prompt is the context of the unloaded ITL.</param>
    public SloLimits(SloTier tier, IStepLatency unloaded, int deviceUnits, bool mixtureOfExperts, ReadOnlySpan<TraceRequest> requests)
    {
        ArgumentNullException.ThrowIfNull(unloaded);
        _tier = tier;
        _unloaded = unloaded;
        _deviceUnits = deviceUnits;
        Slo = new Slo(NameOf(tier), tier == SloTier.Paper ? PaperTtftSPerToken * 1000 : null, TtftFloorOf(tier), ItlLimitS(mixtureOfExperts, requests));
        foreach (ref readonly var request in requests)
        {
            var key = (request.PromptTokens, request.ComputedTokens);
            if (!_ttftLimitS.ContainsKey(key))
            {
                _ttftLimitS[key] = Compute(in request);
            }
        }
    }

    /// <summary>What the report says of these limits.</summary>
    public Slo Slo { get; }

    /// <summary>The tier's name as on the command line.</summary>
    public static string NameOf(SloTier tier) => tier switch
    {
        SloTier.Paper => "paper",
        SloTier.Middle => "middle",
        _ => "tight",
    };

    /// <summary>A request's limit on the time to first token, seconds. Safe from many threads.</summary>
    public double TtftLimitS(in TraceRequest request) =>
        _ttftLimitS.TryGetValue((request.PromptTokens, request.ComputedTokens), out var known) ? known : Compute(in request);

    private static double TtftFloorOf(SloTier tier) => tier switch
    {
        SloTier.Paper => PaperTtftFloorS,
        SloTier.Middle => Math.Sqrt(PaperTtftFloorS * TightTtftFloorS),
        _ => TightTtftFloorS,
    };

    private double ItlLimitS(bool mixtureOfExperts, ReadOnlySpan<TraceRequest> requests)
    {
        var paperS = mixtureOfExperts ? PaperItlMoeS : PaperItlDenseS;
        return _tier switch
        {
            SloTier.Paper => paperS,
            SloTier.Middle => Math.Sqrt(paperS * TightItlS(requests)),
            _ => TightItlS(requests),
        };
    }

    private double TightItlS(ReadOnlySpan<TraceRequest> requests)
    {
        var prompts = new double[requests.Length];
        for (var i = 0; i < prompts.Length; i++)
        {
            prompts[i] = requests[i].PromptTokens;
        }

        Array.Sort(prompts);
        var contextTokens = (long)(NearestRank.Of(prompts, 50) ?? 1);
        var unloadedS = _unloaded.AloneS(Phase.Decode, StepWork.Decode(1, contextTokens), _deviceUnits);
        return Math.Max(TightItlFloorS, TightItlTimesUnloaded * unloadedS);
    }

    private double Compute(in TraceRequest request)
    {
        var paperS = Math.Max(PaperTtftFloorS, PaperTtftSPerToken * request.PromptTokens);
        return _tier switch
        {
            SloTier.Paper => paperS,
            SloTier.Middle => Math.Sqrt(paperS * TightTtftS(in request)),
            _ => TightTtftS(in request),
        };
    }

    private double TightTtftS(in TraceRequest request)
    {
        var computed = request.ComputedTokens;
        var work = StepWork.Prefill(1, computed, request.PromptTokens - computed);
        return Math.Max(TightTtftFloorS, TightTtftTimesUnloaded * _unloaded.AloneS(Phase.Prefill, in work, _deviceUnits));
    }
}
