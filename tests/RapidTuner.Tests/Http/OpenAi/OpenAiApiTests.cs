using System.ClientModel;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Models;
using RapidTuner.Serving;

namespace RapidTuner.Tests.Http.OpenAi;

/// <summary>The OpenAI-compatible API over the paced twin: by OpenAI's own client, and to the letter of the wire.</summary>
public sealed class OpenAiApiTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("rapidtuner-openai-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public Task OfficialClient_Completes() => Serve(async (_, at) =>
    {
        ChatCompletion reply = await Chat(at).CompleteChatAsync([new UserChatMessage("Say something.")], new ChatCompletionOptions { MaxOutputTokenCount = 4 });

        Assert.Equal(" t1 t2 t3 t4", reply.Content[0].Text);
        Assert.Equal(ChatFinishReason.Length, reply.FinishReason);
        Assert.Equal(4, reply.Usage.OutputTokenCount);
        Assert.Equal(reply.Usage.InputTokenCount + 4, reply.Usage.TotalTokenCount);
    });

    [Fact]
    public Task OfficialClient_Streams() => Serve(async (_, at) =>
    {
        var text = new List<string>();
        ChatTokenUsage? usage = null;
        ChatFinishReason? finish = null;
        await foreach (var update in Chat(at).CompleteChatStreamingAsync([new SystemChatMessage("Be brief."), new UserChatMessage("Hello")], new ChatCompletionOptions { MaxOutputTokenCount = 5 }))
        {
            text.AddRange(update.ContentUpdate.Select(p => p.Text));
            usage ??= update.Usage;
            finish ??= update.FinishReason;
        }

        Assert.Equal([" t1", " t2", " t3", " t4", " t5"], text);
        Assert.Equal(5, usage!.OutputTokenCount);
        Assert.Equal(ChatFinishReason.Length, finish);
    });

    [Fact]
    public Task OfficialClient_StopSequence_EndsTheReply() => Serve(async (_, at) =>
    {
        ChatCompletion reply = await Chat(at).CompleteChatAsync([new UserChatMessage("Hello")], new ChatCompletionOptions { MaxOutputTokenCount = 50, StopSequences = { "t4" } });

        Assert.Equal(" t1 t2 t3 ", reply.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, reply.FinishReason);
        Assert.Equal(4, reply.Usage.OutputTokenCount);
    });

    [Fact]
    public Task OfficialClient_ListsModels_AndSeesOurErrors() => Serve(async (_, at) =>
    {
        var client = Client(at);
        OpenAIModelCollection models = await client.GetOpenAIModelClient().GetModelsAsync();
        var failure = await Assert.ThrowsAsync<ClientResultException>(async () => await client.GetChatClient("gpt-nothing").CompleteChatAsync([new UserChatMessage("Hello")]));

        Assert.Equal(["llama-3.1-70b"], models.Select(m => m.Id));
        Assert.Equal(404, failure.Status);
        Assert.Contains("model_not_found", failure.Message);
    });

    [Fact]
    public Task Stream_OneEventAToken_ThenUsage_ThenDone() => Serve(async (client, _) =>
    {
        using var reply = await Post(client, "/v1/completions", """{"model":"llama-3.1-70b","prompt":[1,2,3],"max_tokens":3,"stream":true,"stream_options":{"include_usage":true}}""");
        var events = (await reply.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(e => e["data: ".Length..]).ToArray();
        var tokens = events[..3].Select(e => JsonElement.Parse(e)).ToArray();
        var usage = JsonElement.Parse(events[3]);

        Assert.Equal("text/event-stream", reply.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["1"], reply.Headers.GetValues("X-RapidTuner-Placeholder"));
        Assert.Equal(5, events.Length);
        Assert.Equal([" t1", " t2", " t3"], tokens.Select(t => t.GetProperty("choices")[0].GetProperty("text").GetString()));
        Assert.Equal([null, null, "length"], tokens.Select(t => t.GetProperty("choices")[0].GetProperty("finish_reason").GetString()));
        Assert.All(tokens, t => Assert.Equal(JsonValueKind.Null, t.GetProperty("usage").ValueKind));
        Assert.Equal(0, usage.GetProperty("choices").GetArrayLength());
        Assert.Equal("{\"prompt_tokens\":3,\"completion_tokens\":3,\"total_tokens\":6}", usage.GetProperty("usage").GetRawText());
        Assert.Equal("[DONE]", events[4]);
    });

    [Theory]
    [InlineData("{\"model\":\"other\",\"prompt\":\"a\"}", "application/json", 404, "model_not_found")]
    [InlineData("{\"model\":\"default\",\"prompt\":\"a\"}", "text/plain", 415, "unsupported_media_type")]
    [InlineData("{\"model\":\"default\",", "application/json", 400, "invalid_json")]
    [InlineData("{\"model\":\"default\",\"prompt\":\"\\ud800\"}", "application/json", 400, "invalid_json")]
    [InlineData("{\"model\":\"default\",\"prompt\":\"a\",\"max_tokens\":1000000}", "application/json", 400, "context_length_exceeded")]
    [InlineData("{\"model\":\"default\",\"prompt\":\"a\",\"n\":2}", "application/json", 400, "unsupported_value")]
    public Task Completions_ThatCannotBeServed_HaveOpenAisShape(string body, string type, int status, string code) => Serve(async (client, _) =>
    {
        using var reply = await client.PostAsync("/v1/completions", new StringContent(body, Encoding.UTF8, type));
        var error = (await reply.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");

        Assert.Equal(status, (int)reply.StatusCode);
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
    });

    [Theory]
    [InlineData("GET", "/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/completions", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/v1/models/other", HttpStatusCode.NotFound)]
    public Task OtherRefusals_HaveOpenAisShape(string method, string path, HttpStatusCode status) => Serve(async (client, _) =>
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var reply = await client.SendAsync(request);

        Assert.Equal(status, reply.StatusCode);
        Assert.NotEmpty((await reply.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetProperty("message").GetString()!);
    });

    [Fact]
    public Task Body_TooDeep_Is400() => Serve(async (client, _) =>
    {
        var body = "{\"model\":" + new string('[', 20_000) + new string(']', 20_000) + "}";
        using var reply = await Post(client, "/v1/completions", body);

        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
    });

    [Fact]
    public Task Body_TooLarge_Is413() => Serve(async (client, _) =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = Json("{\"model\":\"default\",\"prompt\":\"" + new string('a', 5 << 20) + "\"}") };
        request.Headers.ExpectContinue = true;
        using var reply = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, reply.StatusCode);
        Assert.Contains("body_too_large", await reply.Content.ReadAsStringAsync());
    });

    [Fact]
    public Task Generations_OverTheBound_Are429WithRetryAfter() => Serve(async (client, _) =>
    {
        using var first = await Open(client);
        using var second = await Post(client, "/v1/completions", """{"model":"default","prompt":"a","max_tokens":1}""");

        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), second.Headers.RetryAfter!.Delta);
        Assert.Contains("rate_limit_exceeded", await second.Content.ReadAsStringAsync());
    }, new ServeOptions { GenerationsMax = 1 });

    [Fact]
    public Task Client_Leaves_ItsPlaceIsFreed() => Serve(async (client, _) =>
    {
        var reply = await Open(client);
        Assert.Equal(1, (await client.GetFromJsonAsync<JsonElement>("/api/v1/state")).GetProperty("in_flight").GetInt32());
        reply.Dispose();

        // The bound only keeps a broken service from hanging the tests.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await client.GetFromJsonAsync<JsonElement>("/api/v1/state")).GetProperty("in_flight").GetInt32() > 0)
        {
            await Task.Delay(20, patience.Token);
        }

        Assert.Equal(1, (await client.GetFromJsonAsync<JsonElement>("/api/v1/state")).GetProperty("requests").GetProperty("cancelled").GetInt64());
    });

    /// <summary>A long stream whose first bytes are here.</summary>
    private static async Task<HttpResponseMessage> Open(HttpClient client)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = Json("""{"model":"default","prompt":"a","max_tokens":10000,"stream":true}""") };
        var reply = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        return reply;
    }

    private static Task<HttpResponseMessage> Post(HttpClient client, string path, string body) => client.PostAsync(path, Json(body));

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static OpenAIClient Client(Uri at) => new(new ApiKeyCredential("unused"), new OpenAIClientOptions { Endpoint = new Uri(at, "/v1") });

    private static ChatClient Chat(Uri at) => Client(at).GetChatClient("default");

    private Task Serve(Func<HttpClient, Uri, Task> use, ServeOptions? options = null) =>
        TestService.Run((options ?? new ServeOptions()) with { Load = "none", Data = _data, DrainS = 0 }, use);
}
