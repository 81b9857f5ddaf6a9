using RapidTuner.Core.Errors;

namespace RapidTuner.Core.Tests.Errors;

public class ProblemTests
{
    [Fact]
    public void ToString_ControlCharactersOfAHostileFile_NeitherSteerTheTerminalNorBreakTheLine()
    {
        var problem = new Problem("a.csv:1:1", "is `\u001b[31mred\u0007\u009b`\nnext", "give\tmore");

        Assert.Equal("a.csv:1:1: is `\uFFFD[31mred\uFFFD\uFFFD` next; give more", problem.ToString());
    }

    [Fact]
    public void AddAll_MoreThanAreKept_CountsThoseThatWereOnlyCounted()
    {
        var many = new Problems();
        for (var i = 0; i < Problems.KeptMax + 5; i++)
        {
            many.Add($"row {i}", "is bad");
        }

        var all = new Problems();
        all.Add("first", "is bad");
        all.AddAll(many);

        Assert.Equal(Problems.KeptMax + 6, all.Count);
        Assert.Equal(Problems.KeptMax, all.Found.Count);
    }
}
