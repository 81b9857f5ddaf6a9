using RapidTuner.Core.Numerics;
using RapidTuner.Learning.OutputLength;

namespace RapidTuner.Learning.Tests.OutputLength;

public sealed class OutputLengthEstimateTests
{
    private readonly OutputLengthEstimate _estimate = new();

    [Fact]
    public void Remaining_NothingSeen_IsThePriorThatGrowsWithWhatWasProduced()
    {
        Assert.InRange(_estimate.Remaining(500, 0), 80, 120);
        Assert.InRange(_estimate.Remaining(500, 1000), 250, 350);
    }

    [Fact]
    public void Remaining_GeometricLengths_ForgetsWhatWasProduced()
    {
        var rng = new Rng(1, "lengths");
        for (var i = 0; i < 20_000; i++)
        {
            _estimate.AddFinished(500, 1 + (int)(rng.NextExponential() * 200));
        }

        Assert.InRange(_estimate.Remaining(500, 0), 190, 210);
        Assert.InRange(_estimate.Remaining(500, 300), 180, 220);
        Assert.InRange(_estimate.RemainingQuantile(500, 0, 0.5), 128, 150);
    }

    [Fact]
    public void Remaining_ShortAndLongAnswers_KnowsTheLongOnesOnceTheShortAreOver()
    {
        for (var i = 0; i < 2000; i++)
        {
            _estimate.AddFinished(500, i % 2 == 0 ? 20 : 1000);
        }

        Assert.InRange(_estimate.Remaining(500, 0), 480, 530);
        Assert.InRange(_estimate.Remaining(500, 100), 870, 960);
        Assert.InRange(_estimate.Remaining(500, 990), 1, 60);
    }

    [Fact]
    public void Remaining_LongOnesStillRun_IsRightOnlyWhenTold()
    {
        // Of a thousand requests that started together all are 20 or 2000 long; 500 tokens later half have ended.
        for (var i = 0; i < 500; i++)
        {
            _estimate.AddFinished(500, 20);
        }

        var untold = _estimate.Remaining(500, 0);
        var running = new RunningRequest[500];
        Array.Fill(running, new RunningRequest(500, 500));
        _estimate.SetRunning(running);
        var told = _estimate.Remaining(500, 0);
        Assert.InRange(untold, 19, 25);
        Assert.True(told > 260, $"{told}: half of them have 500 tokens already");
        _estimate.SetRunning([]);
        Assert.Equal(untold, _estimate.Remaining(500, 0));
    }

    [Fact]
    public void AddStopped_CountsForItsTokensAndNotAsAnEnd()
    {
        var rng = new Rng(2, "lengths");
        for (var i = 0; i < 20_000; i++)
        {
            var (length, cut) = (1 + (int)(rng.NextExponential() * 200), 1 + (int)(rng.NextExponential() * 200));
            if (length <= cut)
            {
                _estimate.AddFinished(500, length);
            }
            else
            {
                _estimate.AddStopped(500, cut);
            }
        }

        Assert.InRange(_estimate.Remaining(500, 0), 190, 210);
    }

    [Fact]
    public void Remaining_ClassesDiffer_FewLeanOnAll()
    {
        for (var i = 0; i < 1000; i++)
        {
            _estimate.AddFinished(100, 50);
            _estimate.AddFinished(5000, 400);
        }

        _estimate.AddFinished(100_000, 400);
        Assert.InRange(_estimate.Remaining(100, 0), 45, 55);
        Assert.InRange(_estimate.Remaining(5000, 0), 370, 420);
        Assert.InRange(_estimate.Remaining(100_000, 0), 180, 400);
    }

    [Fact]
    public void Remaining_LengthsChange_FollowsTheRecent()
    {
        for (var i = 0; i < 60_000; i++)
        {
            _estimate.AddFinished(500, i < 20_000 ? 1000 : 100);
        }

        Assert.InRange(_estimate.Remaining(500, 0), 90, 120);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-5, -5)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void Remaining_OddNumbers_IsFinite(int promptTokens, int tokens)
    {
        _estimate.AddFinished(promptTokens, tokens);
        _estimate.AddStopped(promptTokens, tokens);
        _estimate.SetRunning([new RunningRequest(promptTokens, tokens)]);
        Assert.True(_estimate.Remaining(promptTokens, tokens) is >= 1 and < 1e12);
        Assert.True(_estimate.RemainingQuantile(promptTokens, tokens, 0.9) is >= 1 and < 1e12);
    }

    [Fact]
    public void RemainingQuantile_NoShare_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => _estimate.RemainingQuantile(1, 1, 1));

    [Fact]
    public void RemainingQuantile_HalfAndNineTenths_Rise()
    {
        for (var i = 1; i <= 1000; i++)
        {
            _estimate.AddFinished(500, i);
        }

        Assert.InRange(_estimate.RemainingQuantile(500, 0, 0.5), 470, 530);
        Assert.InRange(_estimate.RemainingQuantile(500, 0, 0.9), 860, 960);
    }

    [Fact]
    public void AllCalls_AllocateNothing()
    {
        var running = new RunningRequest[100];
        Use();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Use();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Use()
        {
            for (var i = 0; i < 100; i++)
            {
                running[i] = new RunningRequest(i * 30, i);
                _estimate.AddFinished(i * 30, i);
                _estimate.SetRunning(running);
                _ = _estimate.Remaining(i * 30, i) + _estimate.RemainingQuantile(i, i, 0.9);
            }
        }
    }
}
