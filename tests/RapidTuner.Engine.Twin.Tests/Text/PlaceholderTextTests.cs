using System.Runtime.CompilerServices;
using RapidTuner.Core;
using RapidTuner.Engine.Text;
using RapidTuner.Engine.Twin.Text;

namespace RapidTuner.Engine.Twin.Tests.Text;

public sealed class PlaceholderTextTests
{
    [Theory]
    [InlineData("", 1)]
    [InlineData("abcd", 1)]
    [InlineData("abcde", 2)]
    [InlineData("äöüß", 2)]
    public void Encode_Prompt_CountsFourBytesAToken(string prompt, int tokens) => Assert.Equal(tokens, new PlaceholderText(new Echo()).Encode(prompt).Length);

    [Fact]
    public void Encode_Conversation_AddsTheTemplateOfEachMessage() =>
        Assert.Equal(1 + 2 + (2 * PlaceholderText.TokensPerMessage), new PlaceholderText(new Echo()).Encode([new("system", "abcd"), new("user", "abcdefgh")]).Length);

    [Fact]
    public async Task GenerateAsync_ThreeTokens_NumbersThemAndEndsByLength()
    {
        var reply = new List<TextToken>();
        await foreach (var token in new PlaceholderText(new Echo()).GenerateAsync(new TextRequest(new int[7], 3, default), CancellationToken.None))
        {
            reply.Add(token);
        }

        Assert.Equal([" t1", " t2", " t3"], reply.Select(t => t.Text));
        Assert.Equal([ReplyEnd.None, ReplyEnd.None, ReplyEnd.Length], reply.Select(t => t.End));
        Assert.All(reply, t => Assert.Equal(7, t.AtS));
    }

    /// <summary>An engine whose tokens come at the prompt's length.</summary>
    private sealed class Echo : IEngine
    {
        public EngineDescription Description => throw new NotSupportedException();

        public EngineSnapshot Snapshot => new();

        public Split? Pin(Split? wanted) => null;

        public async IAsyncEnumerable<GeneratedToken> SubmitAsync(GenerationRequest request, [EnumeratorCancellation] CancellationToken cancel)
        {
            await Task.CompletedTask;
            for (var i = 1; i <= request.OutputTokensMax; i++)
            {
                yield return new GeneratedToken(i, request.PromptTokens, i == request.OutputTokensMax);
            }
        }
    }
}
