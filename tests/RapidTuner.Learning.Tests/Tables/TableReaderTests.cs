using System.IO.Compression;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Tables;

namespace RapidTuner.Learning.Tests.Tables;

public sealed class TableReaderTests : IDisposable
{
    private readonly TempTable _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Read_NumbersTextsAndNothing_AreToldApart()
    {
        var table = Read("\uFEFFa, b ,\"c,d\",e", "1,x,2.5e1,nan", "", " -inf ,\"y, z\",NA,7", "+3,,null,\"\"\r");
        Assert.Equal(["a", "b", "c,d", "e"], table.Columns.Select(c => c.Name));
        Assert.Equal([1, double.NegativeInfinity, 3], table.Columns[0].Values);
        Assert.Equal(["x", "y, z"], table.Columns[1].Texts!);
        Assert.Equal([0, 1, double.NaN], table.Columns[1].Values);
        Assert.Equal([25, double.NaN, double.NaN], table.Columns[2].Values);
        Assert.Equal([double.NaN, 7, double.NaN], table.Columns[3].Values);
    }

    [Fact]
    public void Read_TextAfterNumbers_MakesAllOfTheColumnTexts()
    {
        var table = Read("a", "1", "2", "two", "1");
        Assert.Equal(["1", "2", "two"], table.Columns[0].Texts!);
        Assert.Equal([0, 1, 2, 0], table.Columns[0].Values);
    }

    [Fact]
    public void Read_NumbersNamedAsTexts_AreTexts() =>
        Assert.Equal(["07", "8"], TableReader.Read(_temp.Write("a,b", "07,1", "8,2"), new TableAsk { Texts = ["A"] }).Columns[0].Texts!);

    [Fact]
    public void Read_ManyProblems_TellsAllWithTheirPlace()
    {
        var path = _temp.Write("a,t", "1,2", "1", "x,fast", "2,3,4", "\"open,1");
        var bad = Assert.Throws<BadInputException>(() => TableReader.Read(path, new TableAsk { Numbers = ["t"] }));
        Assert.Equal(
            [
                $"{path}:3:1: the row has 1 fields, the header 2; give one field per column; quote a field that holds a comma",
                $"{path}:4:3: t is `fast`; give a number, or leave it empty",
                $"{path}:5:5: the row has 3 fields, the header 2; give one field per column; quote a field that holds a comma",
                $"{path}:6:1: a quote is not closed; give one field per column; quote a field that holds a comma",
            ],
            bad.Problems.Found.Select(p => p.ToString()));
    }

    [Theory]
    [InlineData("a,A", "names A twice")]
    [InlineData("a,", "a column has no name")]
    [InlineData("a,b", "has no rows")]
    public void Read_BadHeaderOrNoRows_SaysSo(string header, string expected) =>
        Assert.Contains(expected, Assert.Throws<BadInputException>(() => Read(header)).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_EmptyOrMissingFile_SaysSo()
    {
        Assert.Contains("is empty", Assert.Throws<BadInputException>(() => Read()).Message, StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<BadInputException>(() => TableReader.Read(_temp.Model, new TableAsk())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_UnknownColumn_SuggestsTheNearest()
    {
        var path = _temp.Write("latency_ms,b", "1,2");
        var bad = Assert.Throws<BadInputException>(() => TableReader.Read(path, new TableAsk { Numbers = ["latency"] }));
        Assert.Contains("has no column latency; did you mean latency_ms? there are: latency_ms, b", bad.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Gzip_IsUnpacked()
    {
        var path = _temp.Write("a", "1", "2");
        using (var packed = new GZipStream(File.Create(path + ".gz"), CompressionLevel.Fastest))
        {
            packed.Write(File.ReadAllBytes(path));
        }

        Assert.Equal([1, 2], TableReader.Read(path + ".gz", new TableAsk()).Columns[0].Values);
    }

    [Fact]
    public void Read_MoreRowsThanABuffer_ReadsAll()
    {
        var path = _temp.Write("big.csv", Enumerable.Range(0, 60_000).Select(i => $"{i},{i % 7}").Prepend("a,b"));
        var table = TableReader.Read(path, new TableAsk());
        Assert.Equal(60_000, table.Rows);
        Assert.All(Enumerable.Range(0, 60_000), i => Assert.Equal(i, table.Columns[0].Values[i]));
    }

    [Fact]
    public void Read_MoreRowsThanAskedFor_KeepsADrawInItsOrder()
    {
        var path = _temp.Write("big.csv", Enumerable.Range(0, 5_000).Select(i => $"{i}").Prepend("a"));
        var table = TableReader.Read(path, new TableAsk { RowsMax = 400, Seed = 3 });
        var values = table.Columns[0].Values;
        Assert.Equal((400, 5_000, 400), (table.Rows, table.RowsInFile, values.Distinct().Count()));
        Assert.Equal(values.Order(), values);
        Assert.InRange(values.Average(), 2_200, 2_800);
        Assert.Equal(values, TableReader.Read(path, new TableAsk { RowsMax = 400, Seed = 3 }).Columns[0].Values);
        Assert.NotEqual(values, TableReader.Read(path, new TableAsk { RowsMax = 400, Seed = 4 }).Columns[0].Values);
    }

    [Fact]
    public void Read_MoreThanFitsInMemory_IsRefusedAndSaysHowManyRowsWould()
    {
        var path = _temp.Write("big.csv", Enumerable.Range(0, 5_000).Select(i => $"{i},1").Prepend("a,b"));
        var bad = Assert.Throws<BadInputException>(() => TableReader.Read(path, new TableAsk { BytesMax = 200_000 }));
        var most = int.Parse(System.Text.RegularExpressions.Regex.Match(bad.Message, "at most ([0-9]+) rows").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains("5000 rows of 2 columns", bad.Message, StringComparison.Ordinal);
        Assert.Equal(most, TableReader.Read(path, new TableAsk { BytesMax = 200_000, RowsMax = most }).Rows);
        Assert.Throws<BadInputException>(() => TableReader.Read(path, new TableAsk { BytesMax = 200_000, RowsMax = most + 1 }));
    }

    [Fact]
    public void Read_NoText_IsRefusedWithoutShowingIt()
    {
        var path = _temp.Write("x");
        File.WriteAllBytes(path, [.. "a,t\n1,2\n"u8.ToArray().SelectMany(b => new byte[] { b, 0 })]);
        Assert.Equal($"{path}:1:1: is no text in UTF-8; give a CSV file with a header", Assert.Throws<BadInputException>(() => TableReader.Read(path, new TableAsk { Numbers = ["t"] })).Message);
        var name = new string('x', 5_000);
        Assert.True(Assert.Throws<BadInputException>(() => TableReader.Read(_temp.Write(name, "1"), new TableAsk { Numbers = ["t"] })).Message.Length < 500);
    }

    [Theory]
    [InlineData("a\n1\n2\n")]
    [InlineData("a\n1\n2,2\n3\n")]
    public void Fill_FileBecameAnother_IsRefused(string now)
    {
        var path = _temp.Write("t.csv", ["a", "1", "2", "3"]);
        var columns = new[] { new ColumnScan("a") };
        Assert.Equal([1, 2, 3], TableReader.Fill(path, columns, 3, int.MaxValue, 1).Columns[0].Values);
        File.WriteAllText(path, now);
        Assert.Contains("changed while it was read", Assert.Throws<BadInputException>(() => TableReader.Fill(path, columns, 3, int.MaxValue, 1)).Message, StringComparison.Ordinal);
    }

    private Table Read(params string[] lines) => TableReader.Read(_temp.Write(lines), new TableAsk());
}
