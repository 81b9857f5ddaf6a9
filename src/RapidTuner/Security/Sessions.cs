using System.Collections.Concurrent;

namespace RapidTuner.Security;

/// <summary>Log-ins to the dashboard, in memory: a restart ends them. A session ends with its key, after its time, or when its owner logs out.</summary>
/// <param name="keys">Says whether a session's key still stands.</param>
/// <param name="clock">Ends them.</param>
internal sealed class Sessions(KeyRing keys, TimeProvider clock)
{
    public const string Cookie = "rapidtuner_session";

    /// <summary>Most sessions at once; the oldest goes when another comes.</summary>
    private const int SessionsMax = 1024;

    private readonly ConcurrentDictionary<string, Session> _byHash = new();

    /// <summary>Opens a session for <paramref name="key"/> and returns the cookie's text.</summary>
    public string Open(ApiKey key, double lengthS)
    {
        var nowS = NowS;
        foreach (var (hash, session) in _byHash.OrderBy(s => s.Value.UntilS))
        {
            if (session.UntilS <= nowS || _byHash.Count >= SessionsMax)
            {
                _byHash.TryRemove(hash, out _);
            }
        }

        var text = KeyText.New();
        _byHash[HashOf(text)] = new Session(key.Id, nowS + lengthS);
        return text;
    }

    /// <summary>The key behind a cookie; null when there is no such session any more. Sessions are found by a hash, so that time tells nothing of them.</summary>
    public ApiKey? Find(string text) =>
        text.Length is > 0 and <= KeyText.CharsMax && _byHash.TryGetValue(HashOf(text), out var session) && session.UntilS > NowS ? keys.ById(session.KeyId) : null;

    /// <summary>Ends a session.</summary>
    public void Close(string text) => _byHash.TryRemove(HashOf(text), out _);

    private double NowS => clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    private static string HashOf(string text) => Convert.ToHexString(KeyText.HashOf(text));

    private sealed record Session(string KeyId, double UntilS);
}
