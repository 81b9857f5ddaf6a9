using RapidTuner.Core.Control;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Q;

namespace RapidTuner.Learning.Tests.Q;

public sealed class FittedQTests
{
    private static readonly FittedQOptions Options = new() { BetaPerS = ToyPlans.Beta, Iterations = 120, Trees = 30, LearningRate = 0.3 };

    [Fact]
    public void Fit_KnownProblem_FindsItsValues()
    {
        var model = FittedQ.Fit(ToyPlans.Log(4_000), Options);
        var exact = ToyPlans.Exact();
        for (var backlog = 0; backlog < 5; backlog++)
        {
            Assert.Equal(exact[backlog], model.Value(ToyPlans.State(backlog)), 0.05);
        }
    }

    [Fact]
    public void Fit_OfAPolicy_FindsThatPolicysValues()
    {
        var log = ToyPlans.Log(4_000);
        var target = new double[log.Rows * 2];
        for (var row = 0; row < log.Rows; row++)
        {
            (target[2 * row], target[(2 * row) + 1]) = (0.9, 0.1);
        }

        var model = FittedQ.Fit(log, Options, target);
        var exact = ToyPlans.Exact(0.9);
        var q = new double[2];
        for (var backlog = 0; backlog < 5; backlog++)
        {
            model.Q(ToyPlans.State(backlog), q);
            Assert.Equal(exact[backlog], (0.9 * q[0]) + (0.1 * q[1]), 0.05);
        }
    }

    [Fact]
    public void Fit_Bandit_IsBlindToWhatFollows()
    {
        var log = ToyPlans.Log(4_000);
        var (far, near) = (new double[2], new double[2]);
        FittedQ.Fit(log, Options).Q(ToyPlans.State(3), far);
        FittedQ.Fit(log, Options with { Iterations = 0 }).Q(ToyPlans.State(3), near);
        Assert.True(near[0] > near[1]);
        Assert.True(far[0] < far[1]);
        Assert.Equal(1, near[0], 0.02);
    }

    [Fact]
    public void Fit_Shaped_HasTheSameValues()
    {
        var log = ToyPlans.Log(4_000);
        var (plain, shaped) = (FittedQ.Fit(log, Options), FittedQ.Fit(log, Options with { BacklogPotential = 0.7 }));
        for (var backlog = 0; backlog < 5; backlog++)
        {
            Assert.Equal(plain.Value(ToyPlans.State(backlog)), shaped.Value(ToyPlans.State(backlog)), 0.05);
        }
    }

    [Fact]
    public void Fit_AnyThreads_IsTheSameToTheBit()
    {
        var log = ToyPlans.Log(9_000);
        var one = FittedQ.Fit(log, Options with { Iterations = 5, Threads = 1 });
        var many = FittedQ.Fit(log, Options with { Iterations = 5, Threads = 3 });
        Assert.All(Enumerable.Range(0, 5), s => Assert.Equal(one.Value(ToyPlans.State(s)), many.Value(ToyPlans.State(s))));
    }

    [Fact]
    public void Fit_NoSuccessors_IsRefused()
    {
        var problem = Assert.Throws<BadInputException>(() => FittedQ.Fit(ToyPlans.Log(8, episodeRows: 1), Options));
        Assert.Contains("no plan that is followed by another", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Value_Always_AllocatesNothingAndIsFinite()
    {
        var model = FittedQ.Fit(ToyPlans.Log(2_000), Options with { Iterations = 3 });
        var odd = new PlanState { PrefillQueued = double.NaN, RequestsPerS = double.PositiveInfinity };
        Assert.True(double.IsFinite(model.Value(in odd)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            model.Value(in odd);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Load_OfSave_IsTheSame_AndDamageIsRefused()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var model = FittedQ.Fit(ToyPlans.Log(2_000), Options with { Iterations = 3, BacklogPotential = 0.2 });
            model.Save(path);
            var read = QModel.Load(path);
            Assert.All(Enumerable.Range(0, 5), s => Assert.Equal(model.Value(ToyPlans.State(s)), read.Value(ToyPlans.State(s))));
            Assert.Equal(model.Actions, read.Actions);

            var bytes = File.ReadAllBytes(path);
            bytes[^9] ^= 1;
            File.WriteAllBytes(path, bytes);
            Assert.Throws<BadInputException>(() => QModel.Load(path));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
