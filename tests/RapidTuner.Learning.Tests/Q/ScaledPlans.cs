using RapidTuner.Core.Numerics;
using RapidTuner.Learning.Q;

namespace RapidTuner.Learning.Tests.Q;

/// <summary>The toy problem in scale-free fields, its actions told apart by one number: the backlog stands in the field of queued work.</summary>
internal static class ScaledPlans
{
    private const int Backlog = 2;

    public static double[] State(int backlog)
    {
        var state = new double[PlanFeatures.Count];
        state[Backlog] = backlog;
        return state;
    }

    public static PlanLog Log(int rows, ulong seed = 3)
    {
        var rng = new Rng(seed, "scaled plans");
        var state = Enumerable.Range(0, PlanFeatures.Count).Select(_ => new double[rows]).ToArray();
        var (action, reward, duration, episode) = (new int[rows], new double[rows], new double[rows], new int[rows]);
        var backlog = 0;
        for (var t = 0; t < rows; t++)
        {
            state[Backlog][t] = backlog;

            // The third occurred and is not to be chosen from: it is best, and no answer.
            action[t] = rng.NextInt(3);
            reward[t] = action[t] == 2 ? 2 : ToyPlans.Reward(backlog, action[t]);
            duration[t] = 1;
            episode[t] = t / 500;
            backlog = ToyPlans.Next(backlog, Math.Min(1, action[t]));
        }

        return new PlanLog(ToyPlans.Actions, state, action, reward, new double[rows], duration, episode, PlanFeatures.Names, [[0.1], [0.5], [0.9]]);
    }
}
