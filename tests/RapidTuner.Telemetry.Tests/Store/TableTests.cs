using RapidTuner.Core.Control;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Tests.Store;

public sealed class TableTests
{
    [Fact]
    public void All_HaveSeqFirstAndUniqueNamesAndATimeColumn()
    {
        Assert.All(TelemetryTables.All, t =>
        {
            Assert.Equal("seq", t.Columns[0].Name);
            Assert.Equal(t.Columns.Count, t.Columns.Select(c => c.Name).Distinct().Count());
            Assert.Equal("us", t.Columns[t.IndexOf(t.TimeColumn)].Unit);
            Assert.All(t.Columns, c => Assert.False(string.IsNullOrWhiteSpace(c.Description)));
        });
    }

    [Fact]
    public void Names_RoundTripEveryMember()
    {
        Assert.Equal("smallest_decode", Names<Reason>.Of(Reason.SmallestDecode));
        Assert.All(Enum.GetValues<Reason>(), r => Assert.Equal(r, Names<Reason>.Parse(Names<Reason>.Of(r))));
        Assert.Throws<InvalidDataException>(() => Names<Reason>.Parse("from_the_future"));
    }
}
