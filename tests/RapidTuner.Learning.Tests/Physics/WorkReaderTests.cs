using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Physics;
using RapidTuner.Learning.Tables;
using RapidTuner.Learning.Tests.Tables;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Learning.Tests.Physics;

public sealed class WorkReaderTests : IDisposable
{
    private readonly TempTable _temp = new();

    public void Dispose() => _temp.Dispose();

    [SharedFact]
    public void Read_MeasuredTables_RecognisesEach()
    {
        (string File, string Target, string Kind)[] all =
        [
            ("sm-share-latency", "latency_ms", "share-latency"), ("gemm", "latency_ms", "gemm"), ("attention-prefill", "latency_ms", "attention-prefill"),
            ("attention-decode", "latency_ms", "attention-decode"), ("attention-mixed", "latency_ms", "attention-mixed"), ("layer-ops", "latency_ms", "layer-ops"),
            ("end-to-end", "batch_latency_s", "end-to-end"), ("vllm-requests", "tpot_ms", "requests"), ("interference", "corun_us", "interference"),
            ("sm-share-microbench", "value", "share-probe"),
        ];
        Assert.All(all, t => Assert.Equal(
            t.Kind,
            WorkReader.Read(TableReader.Read(SharedData.PathOf($"calibration/{t.File}.csv"), new TableAsk()), t.Target, SpecCatalogue.Open()).Kind));
    }

    [Fact]
    public void Read_OtherColumns_SaysWhichAreMissing()
    {
        var bad = Assert.Throws<BadInputException>(() => Read("m_tokens,n_out,latency_ms", "1,2,3"));
        Assert.Contains("for a physical law of kind gemm the table lacks k_in", bad.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DimensionsAsColumns_EqualsTheModelByName()
    {
        var named = Read("phase,batch_seqs,seq_len_tokens,sm_share,model,latency_ms", "decode,8,64,0.5,llama-7b,1");
        var given = Read("phase,batch_seqs,seq_len_tokens,sm_share,layers,hidden,heads,kv_heads,feed_forward,latency_ms", "decode,8,64,0.5,32,4096,32,32,11008,1");
        Assert.Equal(named.Rows[0].Tflop, given.Rows[0].Tflop, 0.001 * named.Rows[0].Tflop);
        Assert.Equal(named.Rows[0].KvGb, given.Rows[0].KvGb);
    }

    [Theory]
    [InlineData("Llama-2-7b-hf", 6.7e9)]
    [InlineData("meta-llama/Meta-Llama-3-8B", 8.0e9)]
    [InlineData("opt-6.7b", 6.7e9)]
    [InlineData("bloom-7b1", 7e9)]
    public void Find_NamesOfHubs_HaveTheirSize(string name, double parameters) =>
        Assert.Equal(parameters, ModelShape.Find(name, SpecCatalogue.Open())!.Parameters, 0.06 * parameters);

    [Fact]
    public void Find_NameWithoutSize_IsUnknown() => Assert.Null(ModelShape.Find("my-model", SpecCatalogue.Open()));

    private WorkTable Read(params string[] lines) => WorkReader.Read(TableReader.Read(_temp.Write(lines), new TableAsk()), "latency_ms", SpecCatalogue.Open());
}
