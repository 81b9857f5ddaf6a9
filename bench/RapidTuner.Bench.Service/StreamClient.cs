using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RapidTuner.Bench.Service;

/// <summary>A client of the streaming API that costs as little as can be: one kept connection, bytes scanned for ends of events.</summary>
internal sealed class StreamClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[1 << 14];
    private readonly string _host;

    private StreamClient(string host) => _host = host;

    /// <summary>Connects to a service on loopback.</summary>
    public static async Task<StreamClient> ConnectAsync(Uri at)
    {
        var client = new StreamClient(at.Authority);
        await client._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, at.Port));
        return client;
    }

    /// <summary>Asks for a reply of <paramref name="tokens"/> tokens and tells of each as it comes.</summary>
    /// <param name="seed">The request's seed.</param>
    /// <param name="promptTokens">Tokens of its prompt.</param>
    /// <param name="tokens">Tokens to ask for.</param>
    /// <param name="received">Told the number of each token, from 1.</param>
    /// <returns>Tokens that came.</returns>
    public async Task<int> AskAsync(ulong seed, int promptTokens, int tokens, Action<int> received)
    {
        var body = $"{{\"model\":\"default\",\"prompt\":\"{new string('x', 4 * promptTokens)}\",\"stream\":true,\"max_tokens\":{tokens},\"seed\":{seed}}}";
        await _socket.SendAsync(Encoding.ASCII.GetBytes($"POST /v1/completions HTTP/1.1\r\nHost: {_host}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        var (events, previous, tail) = (0, (byte)0, 0u);
        while (true)
        {
            var count = await _socket.ReceiveAsync(_buffer);
            if (count == 0)
            {
                throw new InvalidOperationException("the service closed the connection in mid-stream");
            }

            for (var i = 0; i < count; i++)
            {
                var now = _buffer[i];
                if (now == '\n' && previous == '\n')
                {
                    // The event after the last token is [DONE].
                    if (++events <= tokens)
                    {
                        received(events);
                    }
                }

                previous = now;
                tail = (tail << 8) | now;
            }

            // The reply ends with the empty chunk: "0\r\n\r\n".
            if (events > 0 && tail == 0x0D0A0D0A && events > tokens)
            {
                return tokens;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
