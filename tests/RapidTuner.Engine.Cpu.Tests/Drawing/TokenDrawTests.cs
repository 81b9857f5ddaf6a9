using RapidTuner.Engine.Cpu.Drawing;
using RapidTuner.Engine.Text;

namespace RapidTuner.Engine.Cpu.Tests.Drawing;

public sealed class TokenDrawTests
{
    private static readonly float[] Logits = [0, MathF.Log(2), MathF.Log(4), MathF.Log(1), MathF.Log(8)];

    [Fact]
    public void Draw_TemperatureZero_TakesTheLikeliest() => Assert.Equal(4, Draw(new Sampling(0, 1, 9), 0));

    [Fact]
    public void Draw_TemperatureOne_FollowsTheSoftmax()
    {
        // Weights 1, 2, 4, 1, 8 of 16; 20,000 draws have a standard error below 0.0036.
        var counts = Counts(new Sampling(1, 1, 3));
        double[] expected = [1 / 16.0, 2 / 16.0, 4 / 16.0, 1 / 16.0, 8 / 16.0];
        Assert.All(expected.Select((e, i) => (e, i)), p => Assert.Equal(p.e, counts[p.i] / 20_000.0, 0.015));
    }

    [Fact]
    public void Draw_TemperatureTwo_TakesRootsOfTheWeights()
    {
        var counts = Counts(new Sampling(2, 1, 3));
        var total = 1 + Math.Sqrt(2) + 2 + 1 + Math.Sqrt(8);
        Assert.Equal(Math.Sqrt(8) / total, counts[4] / 20_000.0, 0.015);
    }

    [Fact]
    public void Draw_TopK_DrawsFromTheLikeliestAlone()
    {
        var counts = Counts(new Sampling(1, 1, 3, 2));
        Assert.Equal(20_000, counts[4] + counts[2]);
        Assert.Equal(8 / 12.0, counts[4] / 20_000.0, 0.015);
    }

    [Fact]
    public void Draw_TopP_DrawsFromTheFewestThatHoldTheShare()
    {
        // 8 + 4 of 16 are 0.75: the third is needed for 0.76, not for 0.75.
        Assert.Equal(20_000, Counts(new Sampling(1, 0.75, 3)).Where((_, i) => i is 4 or 2).Sum());
        Assert.Equal(20_000, Counts(new Sampling(1, 0.76, 3)).Where((_, i) => i is 4 or 2 or 1).Sum());
        Assert.True(Counts(new Sampling(1, 0.76, 3))[1] > 0);
        Assert.Equal(20_000, Counts(new Sampling(1, 0.01, 3))[4]);
    }

    [Fact]
    public void Draw_SameSeedAndIndex_IsTheSameAgain()
    {
        var sampling = new Sampling(1, 0.9, 77, 4);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => Draw(sampling, i)), Enumerable.Range(0, 50).Select(i => Draw(sampling, i)));
        Assert.NotEqual(Enumerable.Range(0, 50).Select(i => Draw(sampling, i)), Enumerable.Range(0, 50).Select(i => Draw(sampling with { Seed = 78 }, i)));
    }

    private static int[] Counts(Sampling sampling)
    {
        var counts = new int[Logits.Length];
        for (var i = 0; i < 20_000; i++)
        {
            counts[Draw(sampling, i)]++;
        }

        return counts;
    }

    private static int Draw(Sampling sampling, int index) =>
        TokenDraw.Draw(Logits, sampling, index, new float[Logits.Length], new int[Logits.Length]);
}
