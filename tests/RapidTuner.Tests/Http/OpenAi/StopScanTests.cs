using FsCheck;
using FsCheck.Fluent;
using RapidTuner.Http.OpenAi;

namespace RapidTuner.Tests.Http.OpenAi;

public sealed class StopScanTests
{
    [Fact]
    public void Take_StopAcrossPieces_SendsNothingOfIt()
    {
        var scan = new StopScan(["END"]);

        Assert.Equal("a ", scan.Take("a E", last: false));
        Assert.Equal("", scan.Take("N", last: false));
        Assert.Equal("", scan.Take("D more", last: false));
        Assert.True(scan.Found);
    }

    [Fact]
    public void Take_BeginningOfAStopAtTheEnd_IsTextAfterAll()
    {
        var scan = new StopScan(["END"]);

        Assert.Equal("a", scan.Take("aEN", last: false));
        Assert.Equal("EN", scan.Take("", last: true));
        Assert.False(scan.Found);
    }

    [Fact]
    public void Take_TwoStops_TheFirstInTheTextCounts() => Assert.Equal("x", new StopScan(["zz", "y"]).Take("xyzz", last: true));

    [Fact]
    public void Take_AnyPieces_SendsWhatAWholeSearchWould() => Prop.ForAll(Pieces().ToArbitrary(), pieces =>
    {
        var scan = new StopScan(["aba", "bb"]);
        var sent = "";
        for (var i = 0; i < pieces.Length && !scan.Found; i++)
        {
            sent += scan.Take(pieces[i], i == pieces.Length - 1);
        }

        var whole = string.Concat(pieces);
        var ends = new[] { whole.IndexOf("aba", StringComparison.Ordinal), whole.IndexOf("bb", StringComparison.Ordinal) }.Where(i => i >= 0).ToArray();
        return sent == (ends.Length == 0 ? whole : whole[..ends.Min()]) && scan.Found == (ends.Length > 0);
    }).QuickCheckThrowOnFailure();

    private static Gen<string[]> Pieces() => Gen.Elements("a", "b", "", "ab", "ba", "cab").ArrayOf();
}
