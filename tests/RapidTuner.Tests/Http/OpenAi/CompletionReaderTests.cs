using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using RapidTuner.Http.OpenAi;

namespace RapidTuner.Tests.Http.OpenAi;

public sealed class CompletionReaderTests
{
    [Theory]
    [InlineData("[]", null)]
    [InlineData("{}", "model")]
    [InlineData("{\"model\":1,\"prompt\":\"a\"}", "model")]
    [InlineData("{\"model\":\"default\"}", "prompt")]
    [InlineData("{\"model\":\"default\",\"prompt\":[]}", "prompt")]
    [InlineData("{\"model\":\"default\",\"prompt\":[\"a\",\"b\"]}", "prompt")]
    [InlineData("{\"model\":\"default\",\"prompt\":[1,-2]}", "prompt")]
    [InlineData("{\"model\":\"default\",\"prompt\":{}}", "prompt")]
    [InlineData("{\"model\":\"default\",\"prompt\":\"a\",\"max_tokens\":0}", "max_tokens")]
    [InlineData("{\"model\":\"default\",\"prompt\":\"a\",\"max_tokens\":1.5}", "max_tokens")]
    [InlineData("{\"model\":\"default\",\"prompt\":\"a\",\"max_tokens\":1e300}", "max_tokens")]
    [InlineData("{\"model\":\"default\",\"prompt\":\"a\",\"n\":2}", "n")]
    [InlineData("{\"model\":\"default\",\"prompt\":\"a\",\"stop\":[\"\"]}", "stop")]
    [InlineData("{\"model\":\"default\",\"prompt\":\"a\",\"stop\":[\"1\",\"2\",\"3\",\"4\",\"5\"]}", "stop")]
    [InlineData("{\"model\":\"default\",\"prompt\":\"a\",\"stream\":\"yes\"}", "stream")]
    [InlineData("{\"model\":\"default\",\"prompt\":\"a\",\"stream_options\":{\"include_usage\":true}}", "stream_options")]
    [InlineData("{\"model\":\"default\",\"prompt\":\"a\",\"temperature\":2.1}", "temperature")]
    [InlineData("{\"model\":\"default\",\"prompt\":\"a\",\"top_p\":0}", "top_p")]
    [InlineData("{\"model\":\"default\",\"prompt\":\"a\",\"top_k\":-2}", "top_k")]
    [InlineData("{\"model\":\"default\",\"prompt\":\"a\",\"logprobs\":5}", "logprobs")]
    [InlineData("{\"model\":\"default\",\"prompt\":\"a\",\"echo\":true}", "echo")]
    [InlineData("{\"model\":\"default\",\"prompt\":\"a\",\"presence_penalty\":0.5}", "presence_penalty")]
    [InlineData("{\"model\":\"default\",\"prompt\":\"a\",\"suffix\":\"b\"}", "suffix")]
    public void Read_BadText_NamesTheField(string body, string? param)
    {
        var (request, error) = CompletionReader.Read(JsonElement.Parse(body), chat: false);

        Assert.Null(request);
        Assert.Equal(param, error!.Param);
        Assert.NotEmpty(error.Message);
    }

    [Theory]
    [InlineData("{\"model\":\"default\",\"messages\":[]}", "messages")]
    [InlineData("{\"model\":\"default\",\"messages\":[1]}", "messages[0].role")]
    [InlineData("{\"model\":\"default\",\"messages\":[{\"role\":\"tool\",\"content\":\"a\"}]}", "messages[0].role")]
    [InlineData("{\"model\":\"default\",\"messages\":[{\"role\":\"user\"}]}", "messages[0].content")]
    [InlineData("{\"model\":\"default\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]}", "messages[0].content")]
    [InlineData("{\"model\":\"default\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"tools\":[{}]}", "tools")]
    [InlineData("{\"model\":\"default\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"response_format\":{\"type\":\"json_object\"}}", "response_format")]
    public void Read_BadChat_NamesTheField(string body, string param) =>
        Assert.Equal(param, CompletionReader.Read(JsonElement.Parse(body), chat: true).Error!.Param);

    [Fact]
    public void Read_SeveralMistakes_TellsAllAtOnce()
    {
        var error = CompletionReader.Read(JsonElement.Parse("{\"prompt\":\"a\",\"n\":3,\"stream\":1}"), chat: false).Error!;

        Assert.All(["model is missing", "n must be 1", "stream must be"], part => Assert.Contains(part, error.Message));
    }

    [Fact]
    public void Read_WholeChat_TakesEveryField()
    {
        var body = """
            {"model":"default","messages":[{"role":"developer","content":"be brief"},{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}],
             "max_completion_tokens":7,"stop":"END","stream":true,"stream_options":{"include_usage":true},"temperature":0,"top_p":0.5,"top_k":7,"seed":-1,"n":1,
             "user":"u","tools":[],"logprobs":false,"response_format":{"type":"text"},"frequency_penalty":0,"unknown":{"a":1},"logit_bias":null}
            """;
        var request = CompletionReader.Read(JsonElement.Parse(body), chat: true).Request!;

        Assert.Equal([new("system", "be brief"), new("user", "ab")], request.Conversation!);
        Assert.Equal((7, true, true, 0.0, 0.5, ulong.MaxValue), (request.OutputTokensMax!.Value, request.Stream, request.StreamUsage, request.Temperature, request.TopP, request.Seed!.Value));
        Assert.Equal(7, request.TopK);
        Assert.Equal(["END"], request.Stops);
    }

    [Fact]
    public void Read_AnyTypesAnywhere_AnswersWithoutThrowing()
    {
        var values = Gen.Elements("null", "true", "-1", "1e400", "0.5", "\"a\"", "\"\"", "[]", "{}", "[[]]", "[null]", "{\"type\":1}", "[{\"role\":{}}]", "[[1,2],[3]]", "{\"include_usage\":[]}");
        var names = Gen.Elements("model", "prompt", "messages", "max_tokens", "stop", "stream", "stream_options", "temperature", "top_p", "top_k", "seed", "n", "best_of", "echo", "logprobs", "response_format", "modalities", "tools", "logit_bias", "suffix");
        var member = from n in names from v in values select $"\"{n}\":{v}";
        Prop.ForAll(member.ArrayOf().ToArbitrary(), members =>
        {
            var body = JsonElement.Parse("{" + string.Join(",", members) + "}");
            return Array.TrueForAll([false, true], chat => CompletionReader.Read(body, chat) is { Request: not null } or { Error.Status: 400 });
        }).QuickCheckThrowOnFailure();
    }
}
