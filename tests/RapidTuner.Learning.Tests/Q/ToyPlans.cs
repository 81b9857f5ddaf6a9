using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;
using RapidTuner.Learning.Q;

namespace RapidTuner.Learning.Tests.Q;

/// <summary>
/// A problem with a known answer: a backlog of 0 to 4. "slow" gives 1 request and lets the backlog grow by one; "fast" gives 0.5 and
/// lets it fall by one; with a backlog of 4 nothing is attained. The greedy-for-now action is slow, the best in the long run is not.
/// </summary>
internal static class ToyPlans
{
    public const double Beta = 0.1;
    public static readonly string[] Actions = ["slow", "fast"];

    public static int Next(int backlog, int action) => Math.Clamp(backlog + (action == 0 ? 1 : -1), 0, 4);

    public static double Reward(int backlog, int action) => backlog == 4 ? 0 : action == 0 ? 1 : 0.5;

    /// <summary>Exact values by iteration; <paramref name="slowShare"/> null: of the best policy.</summary>
    public static double[] Exact(double? slowShare = null)
    {
        var gamma = Math.Exp(-Beta);
        var value = new double[5];
        for (var i = 0; i < 2_000; i++)
        {
            value = [.. Enumerable.Range(0, 5).Select(s =>
            {
                var q = Enumerable.Range(0, 2).Select(a => Reward(s, a) + (gamma * value[Next(s, a)])).ToArray();
                return slowShare is { } p ? (p * q[0]) + ((1 - p) * q[1]) : q.Max();
            })];
        }

        return value;
    }

    public static PlanLog Log(int rows, double slowShare = 0.5, ulong seed = 3, int episodeRows = 500)
    {
        var rng = new Rng(seed, "toy plans");
        var state = Enumerable.Range(0, PlanState.Features).Select(_ => new double[rows]).ToArray();
        var (action, reward, duration, episode) = (new int[rows], new double[rows], new double[rows], new int[rows]);
        var backlog = 0;
        for (var t = 0; t < rows; t++)
        {
            state[2][t] = backlog;
            action[t] = rng.NextDouble() < slowShare ? 0 : 1;
            reward[t] = Reward(backlog, action[t]);
            duration[t] = 1;
            episode[t] = t / episodeRows;
            backlog = Next(backlog, action[t]);
        }

        return new PlanLog(Actions, state, action, reward, new double[rows], duration, episode);
    }

    public static PlanState State(int backlog) => new() { PrefillQueued = backlog };
}
