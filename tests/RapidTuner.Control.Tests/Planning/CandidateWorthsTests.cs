using RapidTuner.Control.Learned;
using RapidTuner.Control.Planning;

namespace RapidTuner.Control.Tests.Planning;

/// <summary>One round of few requests moves nothing, many that agree do, and what is worse never does.</summary>
public sealed class CandidateWorthsTests
{
    private static readonly RuleParameters Present = RuleParameters.AllLevers;
    private static readonly RuleParameters Other = Present with { StepItls = 0.9 };

    [Fact]
    public void Best_OneSmallRound_StaysWhereItIs() => Assert.Equal(Present, After(rounds: 1, requests: 50, other: 0.93));

    [Fact]
    public void Best_ManyRoundsThatAgree_Moves() => Assert.Equal(Other, After(rounds: 6, requests: 500, other: 0.93));

    [Fact]
    public void Best_Worse_NeverMoves() => Assert.Equal(Present, After(rounds: 50, requests: 500, other: 0.88));

    [Fact]
    public void Best_NothingKnown_IsThePresent() => Assert.Equal(Present, new CandidateWorths().Best(Present, 0.01));

    [Fact]
    public void Best_LoweredAfterManyRounds_StaysWhereItIs()
    {
        var worths = new CandidateWorths();
        worths.Book([Present, Other], [0.9, 0.99], 3000);
        Assert.Equal(Other, worths.Best(Present, 0.01));
        worths.Lower(Other, Present, 0.1, 3000);
        Assert.Equal(Present, worths.Best(Present, 0.01));
    }

    private static RuleParameters After(int rounds, int requests, double other)
    {
        var worths = new CandidateWorths();
        for (var i = 0; i < rounds; i++)
        {
            worths.Book([Present, Other], [0.9, other], requests);
        }

        return worths.Best(Present, 0.01);
    }
}
