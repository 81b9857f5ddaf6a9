using System.Threading.Channels;
using RapidTuner.Engine.Text;

namespace RapidTuner.Engine.Cpu;

/// <summary>A client that waits for a reply: where its tokens go, by number of token and of vocabulary.</summary>
internal sealed class CpuClient
{
    private readonly Channel<(GeneratedToken Token, int Id, ReplyEnd End)> _tokens =
        Channel.CreateUnbounded<(GeneratedToken, int, ReplyEnd)>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    public ChannelReader<(GeneratedToken Token, int Id, ReplyEnd End)> Tokens => _tokens.Reader;

    /// <summary>A token was computed. Called on the engine's thread.</summary>
    public void Give(GeneratedToken token, int id, ReplyEnd end) => _tokens.Writer.TryWrite((token, id, end));

    /// <summary>No token follows.</summary>
    public void Complete(Exception? fault) => _tokens.Writer.TryComplete(fault);
}
