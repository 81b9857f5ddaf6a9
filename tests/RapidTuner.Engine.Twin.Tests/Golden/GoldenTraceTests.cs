using RapidTuner.Control.Policies;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Engine.Twin.Tests.Golden;

/// <summary>
/// What a seeded replay decides, and the steps that follow, as committed files: whole numbers and rounded seconds. A change of the
/// scheduler, the twin's law, a policy or a constant shows here as a diff to review; README.md in this folder says how to rewrite them.
/// </summary>
public class GoldenTraceTests
{
    private const string DecisionHeader = "now_us,launching,prefill_units,decode_units,reason,queued,queued_tokens,decode_sequences,decode_context,kv_free_permille";
    private const string StepHeader = "end_us,phase,sequences,new_tokens,context,decode_sequences,decode_context,kv_free_permille";

    [Theory]
    [InlineData("static:0.5", "split-static.csv")]
    [InlineData("rapid", "split-rapid.csv")]
    public void Replay_Split_DecidesAsCommitted(string policy, string file)
    {
        var device = Models.Catalogue.Device("l20");
        var context = new PolicyContext { Grid = UnitGrid.Of(device), ItlLimitS = Twins.Options().ItlLimitS, Latency = Twins.Cost, Palette = device.DefaultPalette() };
        var told = Replay(EngineMode.Split, PolicyFactory.Create(policy, context));
        GoldenFile.Check(file, [DecisionHeader, .. told.Decisions.Select(d => Row(d.Seen, d.Decided))]);
    }

    [Theory]
    [InlineData(EngineMode.Hybrid, "hybrid.csv")]
    [InlineData(EngineMode.Disaggregated, "disaggregated.csv")]
    public void Replay_OtherModes_StepAsCommitted(EngineMode mode, string file) =>
        GoldenFile.Check(file, [StepHeader, .. Replay(mode, null).Steps.Select(Row)]);

    private static Recorder Replay(EngineMode mode, IPolicy? policy)
    {
        var load = Array.ConvertAll(Twins.Load(24, 12, 42), r => r with { OutputTokens = 1 + (r.OutputTokens % 24) });
        var recorder = new Recorder();
        var engine = new TwinEngine(Twins.Options(mode), Twins.Cost, policy, recorder, 42, new TwinOptions());
        Twins.Submit(engine, load);
        engine.Drain();
        Assert.Equal(load.Length, recorder.Requests.Count);
        return recorder;
    }

    private static string Row(Observation seen, Decision decided) =>
        $"{Micros(seen.NowS)},{seen.Launching},{decided.Split.PrefillUnits},{decided.Split.DecodeUnits},{decided.Reason},{seen.PrefillQueued},{seen.PrefillQueuedTokens},"
        + $"{seen.DecodeNext.Sequences},{seen.DecodeNext.ContextTokens},{Permille(seen.KvFreeShare)}";

    private static string Row(StepSample step) =>
        $"{Micros(step.EndS)},{step.Phase},{step.Work.Sequences},{step.Work.NewTokens},{step.Work.ContextTokens},{step.Beside.Sequences},{step.Beside.ContextTokens},{Permille(step.KvFreeShare)}";

    private static long Micros(double seconds) => (long)Math.Round(seconds * 1e6);

    private static long Permille(double share) => (long)Math.Round(share * 1000);
}
