using RapidTuner.Core.Errors;
using RapidTuner.Engine.Twin.Calibration;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Engine.Twin.Tests.Calibration;

public sealed class MeasuredTableTests : IDisposable
{
    private readonly string _table = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".csv");

    public void Dispose() => File.Delete(_table);

    [Fact]
    public void Read_BadCells_TellsAllWithTheirPlace()
    {
        var problems = ProblemsOf(
            "model,gpu,tp_gpus,phase,batch_seqs,seq_len_tokens,sm_share,latency_ms",
            "llama-7b,A100,1,prefill,1,32,0.5,12.5",
            "llama-7b,A100,1,prefil,0,32,1.5,-3",
            "llama-7b,A100,1,decode,1,32");
        Assert.Equal(
            [
                "FILE:4:1: has 6 cells; give 8, as the header has",
                "FILE:3:17: phase is \"prefil\"; give prefill or decode",
                "FILE:3:24: batch_seqs is \"0\"; give a whole number of at least 1",
                "FILE:3:33: latency_ms is \"-3\"; give a number above 0",
                "FILE:3:29: sm_share is \"1.5\"; give a number above 0, at most 1",
            ],
            problems);
    }

    [Fact]
    public void Read_UnknownColumns_NamesTheNearestKind()
    {
        var problem = Assert.Single(ProblemsOf("gpu,m_tokens,n_out,k_in,ms", "H100,1,2,3,4"));
        Assert.Equal("FILE:1:1: the columns are those of no table that can be scored; the nearest is Gemm, which also needs dtype, latency_ms", problem);
    }

    [Fact]
    public void Read_Missing_SaysSo()
    {
        var bad = Assert.Throws<BadInputException>(() => MeasuredTable.Read("no/such/table.csv"));
        Assert.StartsWith("no/such/table.csv: cannot be read", bad.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Match_UnknownNames_AreSkippedAndCounted()
    {
        File.WriteAllLines(_table, ["gpu,dtype,m_tokens,n_out,k_in,latency_ms", "H100-80GB-SXM,bf16,1,64,64,0.1", "TPUv9,bf16,1,64,64,0.1"]);
        var table = MeasuredTable.Read(_table);
        var match = TableMatch.Of(table, Models.Catalogue);
        Assert.Equal((1, 1), (match.Rows.Count, match.Skipped));
        Assert.Equal(2, TableMatch.Of(table, Models.Catalogue, Models.Catalogue.Device("l20")).Rows.Count);
        Assert.Single(TableMatch.Of(table, Models.Catalogue, Models.Catalogue.Device("h100")).Rows);
    }

    [SharedFact]
    public void Read_SharedTables_RecognisesEach()
    {
        (string Name, TableKind Kind, int Rows)[] tables =
        [
            ("sm-share-latency", TableKind.ShareLatency, 5947), ("gemm", TableKind.Gemm, 10338), ("attention-prefill", TableKind.AttentionPrefill, 6320),
            ("attention-decode", TableKind.AttentionDecode, 5148), ("attention-mixed", TableKind.AttentionMixed, 4032), ("layer-ops", TableKind.LayerOps, 780),
        ];
        foreach (var (name, kind, rows) in tables)
        {
            var table = MeasuredTable.Read(SharedData.PathOf($"calibration/{name}.csv"));
            Assert.Equal((kind, rows), (table.Kind, table.Rows.Count));
            Assert.Equal(0, TableMatch.Of(table, Models.Catalogue).Skipped);
        }
    }

    private string[] ProblemsOf(params string[] lines)
    {
        File.WriteAllLines(_table, lines);
        var bad = Assert.Throws<BadInputException>(() => MeasuredTable.Read(_table));
        return [.. bad.Problems.Found.Select(p => p.ToString().Replace(_table, "FILE", StringComparison.Ordinal))];
    }
}
