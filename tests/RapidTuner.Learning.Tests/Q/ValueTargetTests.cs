using RapidTuner.Learning.Q;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Learning.Tests.Q;

public sealed class ValueTargetTests : IDisposable
{
    private static readonly FittedQOptions Options = new() { BetaPerS = ToyPlans.Beta, Iterations = 120, Trees = 30, LearningRate = 0.3 };
    private static readonly QModel Fitted = FittedQ.Fit(ScaledPlans.Log(4_000), Options);

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly List<string> _notes = [];

    private ModelFolder Shipped => new(Path.Combine(_folder, "shipped"));

    private ModelRegistry Registry => new(_folder, new FixedClock(), _notes.Add);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Fit_ActionsOfNumbers_FindsTheValuesOfThoseThatMayBeChosen()
    {
        var exact = ToyPlans.Exact();
        for (var backlog = 0; backlog < 5; backlog++)
        {
            Assert.Equal(exact[backlog], Fitted.Value(ScaledPlans.State(backlog)), 0.1);
        }

        Assert.Equal([0.5], Fitted.ValuesOf(1));
    }

    [Fact]
    public void Score_StatesThatSayWhatComes_IsNearOne()
    {
        // Five episodes of 200 plans, whose state says what each of their plans brings.
        var state = Enumerable.Range(0, PlanFeatures.Count).Select(f => Enumerable.Range(0, 1_000).Select(t => f == 2 ? t / 200.0 : 0).Select(Math.Floor).ToArray()).ToArray();
        var (ones, zeros, episode) = (Enumerable.Repeat(1.0, 1_000).ToArray(), new double[1_000], Enumerable.Range(0, 1_000).Select(t => t / 200).ToArray());
        var log = new PlanLog(["only"], state, new int[1_000], state[2], zeros, ones, episode, PlanFeatures.Names, [[1]]);
        var (far, near) = (FittedQ.Fit(log, Options), FittedQ.Fit(log, Options with { Iterations = 0 }));
        Assert.InRange(ValueScore.Of(far, log).Correlation, 0.99, 1 + 1e-9);
        Assert.InRange(ValueScore.Of(near, log).Correlation, 0.99, 1 + 1e-9);
        Assert.Equal(2, ValueScore.Of(near, log).MeanReturnS, 0.01);
        Assert.InRange(ValueScore.Of(far, log).MeanReturnS, 18, 21);

        // A return is known where less than a twentieth of it is cut off: 30 plans of one second before the end, at a tenth per second.
        Assert.Equal((5 * 199, 5 * (199 - 29)), (ValueScore.Of(near, log).Rows, ValueScore.Of(far, log).Rows));
    }

    [Fact]
    public void Gate_TooLittleOrWorse_Fails()
    {
        var good = new ValueScore(500, 0.8, 0.4, 10, 9);
        Assert.Empty(ValueTarget.GateFailures(Fitted, good, null));
        Assert.Empty(ValueTarget.GateFailures(Fitted, good, good with { Correlation = 0.81 }));
        Assert.Contains("champion's", Assert.Single(ValueTarget.GateFailures(Fitted, good, good with { Correlation = 0.9 })), StringComparison.Ordinal);
        Assert.Contains("held-out", Assert.Single(ValueTarget.GateFailures(Fitted, good with { Rows = 10 }, null)), StringComparison.Ordinal);
        Assert.Contains("correlation", Assert.Single(ValueTarget.GateFailures(Fitted, good with { Correlation = double.NaN }, null)), StringComparison.Ordinal);
        var small = FittedQ.Fit(ScaledPlans.Log(300), Options with { Iterations = 2 });
        Assert.Contains("at least 1000", Assert.Single(ValueTarget.GateFailures(small, good, null)), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_OwnBeforeShippedForTheScopeBeforeShippedForAll_AndDamageIsPassedOver()
    {
        const string Scope = "h200+llama-3.1-8b+tp1";
        var store = new ValueStore(Registry, Shipped, _notes.Add);
        Assert.Null(store.Find(ValueTarget.Name, Scope));

        Shipped.Add("plan_value-any", Candidate(ValueTarget.AnyScope, 11), "", "test", 0);
        Assert.Equal(11UL, store.Find(ValueTarget.Name, Scope)!.Seed);
        Assert.Null(store.Find(ValueTarget.NextPlan, Scope));
        Shipped.Add("plan_value-pair", Candidate(Scope, 12), "", "test", 0);
        Assert.Equal(12UL, store.Find(ValueTarget.Name, Scope)!.Seed);
        Assert.Equal(11UL, store.Find(ValueTarget.Name, "l20+qwen2.5-3b+tp1")!.Seed);
        var own = Registry.Add(Candidate(Scope, 13), promote: true);
        Assert.Equal(ModelStatus.Champion, own.Status);
        Assert.Equal(13UL, store.Find(ValueTarget.Name, Scope)!.Seed);

        File.WriteAllText(Registry.Folder.ArtefactPath(own.Entry.Id), "damaged");
        Assert.Equal(12UL, store.Find(ValueTarget.Name, Scope)!.Seed);
        Assert.Contains(_notes, n => n.Contains("damaged", StringComparison.Ordinal));
    }

    private static ModelCandidate Candidate(string scope, ulong seed)
    {
        var model = FittedQ.Fit(ScaledPlans.Log(1_200), Options with { Iterations = 1, Seed = seed });
        return ValueTarget.Candidate(model, ValueTarget.Name, scope, "test", new ValueScore(500, 0.8, 0.4, 10, 9), null);
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }
}
