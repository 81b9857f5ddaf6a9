using System.ClientModel;
using System.Net;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Serving;

namespace RapidTuner.Tests.Http;

public sealed class CpuServeTests : IDisposable
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), "rapidtuner-cpu-" + Guid.NewGuid().ToString("N"));

    public void Dispose()
    {
        if (Directory.Exists(_data))
        {
            Directory.Delete(_data, recursive: true);
        }
    }

    [Fact]
    public async Task Serve_OnTheCpu_StreamsRealTokensAndShowsItsState() => await TestService.Run(Options(), async (client, at) =>
    {
        var chat = new ChatClient("default", new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = new Uri(at, "v1") });
        var settings = new ChatCompletionOptions { MaxOutputTokenCount = 24, Temperature = 0.9f };
        var pieces = new List<string>();
        await foreach (var update in chat.CompleteChatStreamingAsync([new UserChatMessage("Say something.")], settings))
        {
            pieces.AddRange(update.ContentUpdate.Select(p => p.Text));
        }

        Assert.NotEmpty(string.Concat(pieces));
        using var plain = await client.PostAsync("/v1/completions", new StringContent("""{"model":"default","prompt":"x","max_tokens":8,"temperature":0}""", null, "application/json"));
        Assert.Equal(HttpStatusCode.OK, plain.StatusCode);
        Assert.False(plain.Headers.Contains("X-RapidTuner-Placeholder"));
        async Task<string> Text(string settings)
        {
            using var reply = await client.PostAsync("/v1/completions", new StringContent($$"""{"model":"default","prompt":"x","max_tokens":16,{{settings}}}""", null, "application/json"));
            using var document = JsonDocument.Parse(await reply.Content.ReadAsStringAsync());
            return document.RootElement.GetProperty("choices")[0].GetProperty("text").GetString()!;
        }

        Assert.Equal(await Text("\"temperature\":0"), await Text("\"temperature\":2,\"top_k\":1"));
        using var state = JsonDocument.Parse(await client.GetStringAsync("/api/v1/state"));
        var text = state.RootElement.GetRawText();
        Assert.Contains("tiny-random", text, StringComparison.Ordinal);
        Assert.Contains("rapidtuner_", await client.GetStringAsync("/metrics"), StringComparison.Ordinal);
        using var tooLong = await client.PostAsync("/v1/completions", new StringContent(JsonSerializer.Serialize(new { model = "default", prompt = new string('a', 9000), max_tokens = 8 }), null, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, tooLong.StatusCode);
    });

    [Fact]
    public void Of_ACheckpointThatIsNotThere_OrAnUnknownModel_IsTold()
    {
        Directory.CreateDirectory(_data);
        var folder = Assert.Throws<BadInputException>(() => ServeSetup.Of(Options() with { ModelPath = Path.Combine(_data, "none") }, SpecCatalogue.Open(), new Problems(), TestService.Clock));
        Assert.Contains("is no folder", folder.Message, StringComparison.Ordinal);
        var name = Assert.Throws<BadInputException>(() => ServeSetup.Of(Options() with { Model = "gpt-9", Weights = "bf16" }, SpecCatalogue.Open(), new Problems(), TestService.Clock));
        Assert.Contains("no model that is made by generation", name.Message, StringComparison.Ordinal);
        var twin = Assert.Throws<BadInputException>(() => ServeSetup.Of(Options() with { Engine = "twin", ModelPath = _data }, SpecCatalogue.Open(), new Problems(), TestService.Clock));
        Assert.Contains("--engine cpu", twin.Message, StringComparison.Ordinal);
    }

    private ServeOptions Options() => new() { Engine = "cpu", Load = "none", Data = _data, DrainS = 5 };
}
