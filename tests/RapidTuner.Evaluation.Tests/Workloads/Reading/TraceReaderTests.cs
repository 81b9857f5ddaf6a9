using RapidTuner.Core.Errors;
using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Workloads.Reading;

namespace RapidTuner.Evaluation.Tests.Workloads.Reading;

public sealed class TraceReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_Canonical_GivesRowsInOrder()
    {
        var path = _folder.Write("some.trace", "arrival_s,prompt_tokens,output_tokens,cached_prompt_tokens\n0,10,2,0\n1.5,20,3,16\n");

        var trace = TraceReader.Read(path);

        Assert.Equal("some", trace.Name);
        Assert.Equal([new TraceRequest(0, 10, 2, 0), new TraceRequest(1.5, 20, 3, 16)], trace.Requests);
        Assert.Equal(0, trace.Skipped);
        Assert.Equal(1.5, trace.SpanS);
    }

    [Theory]
    [InlineData("\uFEFFarrival_s,prompt_tokens,output_tokens\r\n0.25,10,2\r\n\r\n")]
    [InlineData("ARRIVAL_S, Prompt_Tokens ,output_tokens\n0.25, 10 ,2")]
    [InlineData("\n\noutput_tokens,user,arrival_s,prompt_tokens\n2,\"a,b\",0.25,\"10\"\n")]
    public void Read_CanonicalInOtherDress_IsTheSame(string content)
    {
        var trace = TraceReader.Read(_folder.Write("t.csv", content));

        Assert.Equal([new TraceRequest(0.25, 10, 2)], trace.Requests);
    }

    [Fact]
    public void Read_GzipWithoutItsName_IsRecognised()
    {
        var path = _folder.WriteGzip("t.csv.gz", "arrival_s,prompt_tokens,output_tokens\n0,10,2\n");
        var renamed = _folder.PathOf("renamed");
        File.Copy(path, renamed);

        Assert.Equal("t", TraceReader.Read(path).Name);
        Assert.Equal(TraceReader.Read(path).Requests, TraceReader.Read(renamed).Requests);
    }

    [Fact]
    public void Read_Unsorted_SortsStablyAndSaysSo()
    {
        var notes = new List<string>();
        var path = _folder.Write("t.csv", "arrival_s,prompt_tokens,output_tokens\n5,1,1\n3,2,1\n5,3,1\n3,4,1\n");

        var trace = TraceReader.Read(path, note: notes.Add);

        Assert.Equal([2, 4, 1, 3], trace.Requests.Select(request => request.PromptTokens));
        Assert.Contains("sorted", Assert.Single(notes));
    }

    [Fact]
    public void Read_Azure_CountsFromTheFirstStampAndSkipsEmptyResponses()
    {
        var notes = new List<string>();
        var path = _folder.Write("azure", """
            TIMESTAMP,ContextTokens,GeneratedTokens
            2023-11-16 23:59:59.9799600,4808,10
            2023-11-17 00:00:00.0319600,3180,0
            2023-11-17 00:00:01.0319601,0,0
            2023-11-17 00:00:02.4799601,110,27
            """);

        var trace = TraceReader.Read(path, note: notes.Add);

        Assert.Equal([new TraceRequest(0, 4808, 10), new TraceRequest(2.5000001, 110, 27)], trace.Requests);
        Assert.Equal(2, trace.Skipped);
        Assert.Contains("skipped 2 rows", Assert.Single(notes));
    }

    [Fact]
    public void Read_AzureWithOffset_TakesItIntoAccount()
    {
        var path = _folder.Write("azure", "TIMESTAMP,ContextTokens,GeneratedTokens\n2024-05-10 01:00:00.5+01:00,5,6\n2024-05-10T00:00:02Z,7,8\n");

        Assert.Equal(1.5, TraceReader.Read(path).SpanS);
    }

    [Theory]
    [InlineData("Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,472,18,490,Conversation log\n45,ChatGPT,0,0,0,API log\n118,GPT-4,417,276,693,Conversation log\n")]
    [InlineData("Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type\n5.0,,2.5,ChatGPT,472,18,490,x\n45.0,7,,ChatGPT,9,0,9,x\n118.0,7,1,GPT-4,417.0,276,693,x\n")]
    public void Read_BurstGpt_WithOrWithoutSessions_IsTheSame(string content)
    {
        var trace = TraceReader.Read(_folder.Write("b", content));

        Assert.Equal([new TraceRequest(0, 472, 18), new TraceRequest(113, 417, 276)], trace.Requests);
        Assert.Equal(1, trace.Skipped);
        Assert.Equal(1, trace.TimestampStepS);
    }

    [Fact]
    public void Read_Mooncake_CountsLeadingBlocksSeenBefore()
    {
        var path = _folder.Write("m", """
            {"timestamp": 0, "input_length": 1500, "output_length": 5, "hash_ids": [0, 1, 2]}
            {"timestamp": 3000, "input_length": 2000, "output_length": 6, "hash_ids": [0, 1, 3, 4]}
            {"timestamp": 3001, "input_length": 700, "output_length": 7, "hash_ids": [0, 1]}
            {"timestamp": 3002, "input_length": 2000, "output_length": 8, "hash_ids": [9, 1, 3]}
            """);

        var trace = TraceReader.Read(path);

        Assert.Equal(new TraceRequest(3.001, 700, 7, 700), trace.Requests[2]);
        Assert.Equal([0, 1024, 700, 0], trace.Requests.Select(request => request.CachedTokens));
    }

    [Fact]
    public void Read_RagPulse_CountsLeadingPartsInOrderOfArrival()
    {
        _folder.Write("1_sys_prompt.jsonl", "{\"hash_id\": 1, \"tokens\": 100}\n{\"hash_id\": 2, \"tokens\": 50}\n");
        _folder.Write("4_user_input.jsonl", "{\"hash_id\": 7, \"tokens\": 9}\n");
        var path = _folder.Write("0_trace.jsonl", """
            {"timestamp": "90", "input_length": 300, "output_length": 5, "hash_ids": {"sys_prompt": [1, 2], "history": [], "user_input": [7]}, "session_id": "b"}
            {"timestamp": "60", "input_length": 200, "output_length": 5, "hash_ids": {"sys_prompt": [1, 2], "history": [8], "user_input": [7]}, "session_id": "a"}
            {"timestamp": "95", "input_length": 200, "output_length": 5, "hash_ids": {"sys_prompt": [2, 1], "history": [8], "user_input": [7]}, "session_id": "c"}
            """);

        var trace = TraceReader.Read(path);

        Assert.Equal([new TraceRequest(0, 200, 5, 0), new TraceRequest(30, 300, 5, 150), new TraceRequest(35, 200, 5, 0)], trace.Requests);
    }

    [Fact]
    public void Read_RagPulseWithoutPartLengths_SaysThatNothingIsCached()
    {
        var notes = new List<string>();
        var path = _folder.Write("0_trace.jsonl", """{"timestamp": "90", "input_length": 300, "output_length": 5, "hash_ids": {"sys_prompt": [1]}}""");

        Assert.Equal(0, TraceReader.Read(path, note: notes.Add).Requests[0].CachedTokens);
        Assert.Contains("no lengths of prompt parts", Assert.Single(notes));
    }

    [Fact]
    public void Read_ServeGenFolder_DrawsRatesAndLengthsFromTheSeed()
    {
        _folder.Write("chunk-1-trace.csv", "0,0,0,,0,0\n600,0.5,1,Gamma,0.5,4\n1200,0.25,1,Weibull,1.1,4\n");
        _folder.Write("chunk-1-dataset.json", """{"0": {"input_tokens": "{}", "output_tokens": "{}"}, "600": {"input_tokens": "{10: 1.0}", "output_tokens": "{5: 0.5, 7: 0.5}"}}""");

        var trace = TraceReader.Read(_folder.Path, seed: 3);

        Assert.Equal(450, trace.Requests.Length);
        Assert.Equal(300, trace.Requests.Count(request => request.ArrivalS < 1200));
        Assert.All(trace.Requests, request => Assert.Equal(10, request.PromptTokens));
        Assert.InRange(trace.Requests.Count(request => request.OutputTokens == 5), 180, 270);
        Assert.Equal(trace.Requests, TraceReader.Read(_folder.Path, seed: 3).Requests);
        Assert.NotEqual(trace.Requests, TraceReader.Read(_folder.Path, seed: 4).Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \n")]
    [InlineData("arrival_s,prompt_tokens,output_tokens\n")]
    [InlineData("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9,4808,0\n")]
    public void Read_NoRows_SaysEmpty(string content)
    {
        var path = _folder.Write("t.csv", content);

        Assert.Contains("empty", Assert.Throws<BadInputException>(() => TraceReader.Read(path)).Message);
    }

    [Fact]
    public void Read_BadRows_ReportsAllWithTheirPlace()
    {
        var path = _folder.Write("t.csv", """
            arrival_s,prompt_tokens,output_tokens,cached_prompt_tokens
            0,10,2,0
            NaN,10,2,0
            -1,0,x,11
            1,10,2
            1,10,0,11
            2,3000000000,1,0
            3,10.5,1,0
            """);

        var found = Assert.Throws<BadInputException>(() => TraceReader.Read(path)).Problems.Found;

        Assert.Equal(
            ["3:1", "4:1", "4:6", "4:4", "5:1", "6:6", "6:8", "7:3", "8:3"],
            found.Select(problem => problem.Where[(path.Length + 1)..]));
        Assert.Contains("output_tokens is `0`, less than 1", found[5].What);
    }

    [Fact]
    public void Read_MillionBadRows_KeepsABoundedList()
    {
        var path = _folder.Write("t.csv", "arrival_s,prompt_tokens,output_tokens\n" + string.Concat(Enumerable.Repeat("x,0,0\n", 100_000)));

        var problems = Assert.Throws<BadInputException>(() => TraceReader.Read(path)).Problems;

        Assert.Equal(300_000, problems.Count);
        Assert.Equal(Problems.KeptMax, problems.Found.Count);
    }

    [Fact]
    public void Read_BadJsonRows_ReportsAllWithTheirPlace()
    {
        var path = _folder.Write("m", """
            {"timestamp": 0, "input_length": 1500, "output_length": 5, "hash_ids": [0]}
            {"timestamp": 0, "input_length": 1500, "output_length": 5, "hash_ids": [0]
            {"timestamp": "soon", "input_length": 1.5, "hash_ids": [0.5]}
            [1]
            """);

        var problems = Assert.Throws<BadInputException>(() => TraceReader.Read(path)).Problems.Found;

        Assert.Equal(["2:75", "3:15", "3:39", "3:57", "3:1", "4:1"], problems.Select(problem => problem.Where[(path.Length + 1)..]));
    }

    [Theory]
    [InlineData("time,tokens\n1,2\n", "starts no format that is known")]
    [InlineData("arrival_s,prompt_tokens\n1,2\n", "no column output_tokens")]
    [InlineData("0,0,0,,0,0\n", "looks like one client of a ServeGen folder")]
    [InlineData("{\n  \"format\": \"x\"\n}", "is a workload spec")]
    public void Read_NoTrace_SaysWhatItIs(string content, string says)
    {
        var path = _folder.Write("t.csv", content);

        Assert.Contains(says, Assert.Throws<BadInputException>(() => TraceReader.Read(path)).Message);
    }

    [Fact]
    public void Read_MissingFile_IsBadInput() =>
        Assert.Contains("there is no such file", Assert.Throws<BadInputException>(() => TraceReader.Read(_folder.PathOf("none.csv"))).Message);

    [Fact]
    public void Read_FolderWithoutClients_IsBadInput() =>
        Assert.Contains("ServeGen", Assert.Throws<BadInputException>(() => TraceReader.Read(_folder.Path)).Message);

    [Fact]
    public void Read_CorruptGzip_SaysSo()
    {
        var path = _folder.WriteGzip("t.csv.gz", "arrival_s,prompt_tokens,output_tokens\n" + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"{i},{i * 7919 % 1009 + 1},2\n")));
        var bytes = File.ReadAllBytes(path);
        var (cut, flipped, tail) = (_folder.PathOf("cut"), _folder.PathOf("flipped"), _folder.PathOf("tail"));
        File.WriteAllBytes(cut, bytes[..(bytes.Length / 2)]);
        File.WriteAllBytes(tail, bytes[..^4]);
        bytes[bytes.Length / 2] ^= 0x55;
        bytes[(bytes.Length / 2) + 1] ^= 0x55;
        File.WriteAllBytes(flipped, bytes);

        foreach (var broken in new[] { cut, flipped, tail })
        {
            Assert.Contains("corrupt gzip", Assert.Throws<BadInputException>(() => TraceReader.Read(broken)).Message);
        }
    }
}
