using RapidTuner.Core.Numerics;
using RapidTuner.Core.Workload;

namespace RapidTuner.Engine.Twin.Tests;

/// <summary>
/// Nothing knows the future (DESIGN §4): with other output lengths for all that is unfinished at an instant, and with other
/// requests from then on, everything that was seen and decided up to then is the same.
/// </summary>
public class FutureTests
{
    [Theory]
    [InlineData(EngineMode.Split)]
    [InlineData(EngineMode.Hybrid)]
    [InlineData(EngineMode.Disaggregated)]
    public void Run_OtherFuture_SamePast(EngineMode mode)
    {
        for (var round = 0UL; round < 20; round++)
        {
            var rng = new Rng(round, "future");
            var load = Twins.Load(80, 8, round);
            var first = Twins.Run(mode, 1, load);
            var atS = rng.NextDouble() * load[^1].ArrivalS;
            var second = Twins.Run(mode, 1, Alter(load, first, atS, rng));
            Assert.Equal(first.Decisions.TakeWhile(d => d.Seen.NowS <= atS), second.Decisions.TakeWhile(d => d.Seen.NowS <= atS));
            Assert.Equal(first.Steps.TakeWhile(s => s.EndS <= atS), second.Steps.TakeWhile(s => s.EndS <= atS));
            Assert.Equal(first.Tokens.TakeWhile(t => t.NowS <= atS), second.Tokens.TakeWhile(t => t.NowS <= atS));
            Assert.NotEqual(first.Requests, second.Requests);
        }
    }

    private static TraceRequest[] Alter(TraceRequest[] load, Recorder past, double atS, Rng rng)
    {
        var finished = past.Requests.Where(r => r.FinishS <= atS).Select(r => r.Id).ToHashSet();
        var tokens = past.Tokens.Where(t => t.NowS <= atS).CountBy(t => t.Id).ToDictionary();
        var altered = load.ToArray();
        for (var i = 0; i < load.Length; i++)
        {
            var had = tokens.GetValueOrDefault(i);
            if (!finished.Contains(i))
            {
                altered[i] = load[i] with { OutputTokens = had + 1 + rng.NextInt(600) };
            }

            if (load[i].ArrivalS > atS)
            {
                altered[i] = altered[i] with { ArrivalS = load[i].ArrivalS + (1 + (i * 0.1)), PromptTokens = load[i].PromptTokens + 7 };
            }
        }

        return altered;
    }
}
