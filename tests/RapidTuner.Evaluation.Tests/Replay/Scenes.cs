using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Numerics;
using RapidTuner.Core.Workload;
using RapidTuner.Engine.Twin.Cost;
using RapidTuner.Evaluation.Replay;

namespace RapidTuner.Evaluation.Tests.Replay;

/// <summary>Small scenes that run in milliseconds.</summary>
internal static class Scenes
{
    private static readonly SpecCatalogue Catalogue = SpecCatalogue.Open();

    public static Trace Trace(int requests, double rateRps, ulong seed = 1)
    {
        var rng = new Rng(seed, "test trace");
        var rows = new TraceRequest[requests];
        var atS = 0.0;
        for (var i = 0; i < requests; i++)
        {
            rows[i] = new TraceRequest(atS, 50 + rng.NextInt(2000), 1 + rng.NextInt(120));
            atS += rng.NextExponential() / rateRps;
        }

        return new Trace("small", rows, 0, 0);
    }

    public static ReplayScene Of(Trace trace, string device = "l20", string model = "qwen2.5-3b") => new()
    {
        Trace = trace,
        Device = Catalogue.Device(device),
        Model = Catalogue.Model(model),
        Stack = Catalogue.Stack("graphs"),
    };

    public static ReplayScene Of(Trace trace, CostOptions cost) => Of(trace) with { Cost = cost };

    public static ReplayOptions Options(params string[] policies) => new() { Policies = policies };

    public static ReplayCell Cell(Trace trace, ReplayOptions? options = null) => new(Of(trace), options ?? Options("rapid"));
}
