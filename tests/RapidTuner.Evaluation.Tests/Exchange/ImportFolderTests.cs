using RapidTuner.Core.Errors;
using RapidTuner.Evaluation.Exchange;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Evaluation.Tests.Exchange;

public sealed class ImportFolderTests : IDisposable
{
    private const string Runs = "seq,origin_us,engine,device,model,policy,workload,seed,step_sampling,version\n3,0,twin,mi300x,m,rapid,w,1,1,0.1.0\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("rapidtuner-import-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Check_NoDictionary_SaysThatItIsNoWholeExport() =>
        Assert.Contains("no whole export", Assert.Throws<BadInputException>(() => new ImportFolder(_folder)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"version\": 9, \"format\": \"csv\", \"tables\": []}", "has version 9")]
    [InlineData("{\"version\": 1, \"format\": \"xml\", \"tables\": []}", "does not describe")]
    [InlineData("{\"version\": 1, \"format\": \"csv\", \"tables\": [{\"name\": \"../../x\"}]}", "does not describe")]
    [InlineData("nonsense", "is not JSON")]
    public void Check_ForeignDictionary_IsRefused(string dictionary, string said)
    {
        File.WriteAllText(Path.Combine(_folder, "dictionary.json"), dictionary);
        Assert.Contains(said, Assert.Throws<BadInputException>(() => new ImportFolder(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_WrongRows_TellsAllAtOnceWithTheirPlaces()
    {
        Dictionary("csv", "runs", "gaps", "requests");
        Write("runs.csv", Runs);
        Write("gaps.csv", "seq,run,at_us,gap_us,count\n1,3,10,20,1\n2,3,ten,20,1\n3,4,10,20,1\n4,3,10\n");

        var found = new Problems();
        new ImportFolder(_folder).Check(found);

        var told = string.Join('\n', found.Found);
        Assert.Contains("gaps.csv:3:3", told, StringComparison.Ordinal);
        Assert.Contains("at_us is no whole number of 64 bits: `ten`", told, StringComparison.Ordinal);
        Assert.Contains("gaps.csv:4:2", told, StringComparison.Ordinal);
        Assert.Contains("run 4 is not in runs.csv", told, StringComparison.Ordinal);
        Assert.Contains("gaps.csv:5:3", told, StringComparison.Ordinal);
        Assert.Contains("requests.csv", told, StringComparison.Ordinal);
        Assert.Equal(4, found.Count);
    }

    [Fact]
    public void Check_WrongJsonLines_TellsAllAtOnceWithTheirPlaces()
    {
        Dictionary("jsonl", "runs", "gaps");
        Write("runs.jsonl", "{\"seq\":3,\"origin_us\":0,\"engine\":\"twin\",\"device\":\"d\",\"model\":\"m\",\"policy\":\"p\",\"workload\":\"\",\"seed\":1,\"step_sampling\":1,\"version\":\"\"}\n");
        Write("gaps.jsonl", "{\"seq\":1,\"run\":3,\"at_us\":10,\"gap_us\":20,\"count\":1}\n{\"seq\":2,\n[]\n{\"seq\":1,\"colour\":3}\n{\"seq\":1,\"run\":3,\"at_us\":1.5,\"gap_us\":20,\"count\":1}\n");

        var found = new Problems();
        new ImportFolder(_folder).Check(found);

        var told = string.Join('\n', found.Found);
        Assert.Equal(4, found.Count);
        Assert.Contains("gaps.jsonl:2:", told, StringComparison.Ordinal);
        Assert.Contains("gaps.jsonl:3:1", told, StringComparison.Ordinal);
        Assert.Contains("colour is no column", told, StringComparison.Ordinal);
        Assert.Contains("gaps.jsonl:5:3", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ColumnsInAnotherOrder_AreFoundByName()
    {
        Dictionary("csv", "runs", "gaps");
        Write("runs.csv", Runs);
        Write("gaps.csv", "count,gap_us,at_us,run,seq\n5,20,10,3,1\n6,20,30,3,2\n");
        using var store = new ExportedStore(_folder);

        Assert.Equal([5, 6], store.Read(TelemetryTables.Gaps, ReadRange.Everything).Select(g => g.Count));
        Assert.Equal([6], store.Read(TelemetryTables.Gaps, new ReadRange { FromUs = 11 }).Select(g => g.Count));
        Assert.Equal([6], store.ReadLatest(TelemetryTables.Gaps, 1).Select(g => g.Count));
        Assert.Throws<StoreException>(() => store.Append(new TelemetryBatch(new Telemetry.Records.RunRecord())));
    }

    private void Dictionary(string format, params string[] tables) => Write(
        "dictionary.json",
        $$"""{"version": 1, "format": "{{format}}", "program": "0", "tables": [{{string.Join(',', tables.Select(t => $$"""{"name": "{{t}}", "rows": 1, "time_column": "x", "columns": []}"""))}}]}""");

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
