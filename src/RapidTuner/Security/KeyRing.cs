using System.Security.Cryptography;
using RapidTuner.Core.Errors;
using RapidTuner.Serving;

namespace RapidTuner.Security;

/// <summary>
/// The keys of a data folder, as a running service sees them: looked up anew when the file changes, so that `keys revoke` works at once. Once
/// there were keys the service stays closed, even when the last is revoked.
/// </summary>
internal sealed class KeyRing
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly string _folder;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Lock _looking = new();
    private (DateTime WrittenAt, long Bytes) _stamp;
    private long _lookedAt;
    private Held[] _held;
    private bool _on;

    /// <param name="folder">Data folder.</param>
    /// <param name="bootstrap">Text of the first key, from the file that a container names; null for none. It counts while the folder has no keys.</param>
    /// <param name="clock">Decides when to look at the file again.</param>
    /// <param name="log">Hears of a file that cannot be read.</param>
    public KeyRing(string folder, string? bootstrap, TimeProvider clock, ILogger log)
    {
        _folder = folder;
        _clock = clock;
        _log = log;
        var keys = KeyFile.Read(folder);
        if (keys.Count == 0 && bootstrap is not null)
        {
            keys = [new ApiKey("bootstrap", "bootstrap", KeyScope.Admin, Convert.ToHexStringLower(KeyText.HashOf(bootstrap)), clock.GetUtcNow().ToUnixTimeSeconds())];
            KeyFile.Write(folder, keys);
        }

        _held = Hold(keys);
        _on = _held.Length > 0;
        _stamp = Stamp();
        _lookedAt = clock.GetTimestamp();
    }

    /// <summary>True when requests need keys.</summary>
    public bool On
    {
        get
        {
            Refresh();
            return Volatile.Read(ref _on);
        }
    }

    /// <summary>The key with this text; null when there is none. The time it takes tells nothing of the keys.</summary>
    public ApiKey? Find(string text)
    {
        Refresh();
        if (text.Length is 0 or > KeyText.CharsMax)
        {
            return null;
        }

        var hash = KeyText.HashOf(text);
        ApiKey? found = null;
        foreach (var held in Volatile.Read(ref _held))
        {
            if (CryptographicOperations.FixedTimeEquals(held.Hash, hash))
            {
                found = held.Key;
            }
        }

        return found;
    }

    /// <summary>The key with this id; null once it is revoked.</summary>
    public ApiKey? ById(string id)
    {
        Refresh();
        return Array.Find(Volatile.Read(ref _held), h => h.Key.Id == id)?.Key;
    }

    private void Refresh()
    {
        if (_clock.GetElapsedTime(Volatile.Read(ref _lookedAt)) < Freshness)
        {
            return;
        }

        lock (_looking)
        {
            Volatile.Write(ref _lookedAt, _clock.GetTimestamp());
            var stamp = Stamp();
            if (stamp == _stamp)
            {
                return;
            }

            _stamp = stamp;
            try
            {
                Volatile.Write(ref _held, Hold(KeyFile.Read(_folder)));
                Volatile.Write(ref _on, _on || _held.Length > 0);
            }
            catch (Exception unreadable) when (unreadable is BadInputException or IOException or UnauthorizedAccessException)
            {
                Events.KeysUnreadable(_log, KeyFile.Name, unreadable.Message);
            }
        }
    }

    private static Held[] Hold(IReadOnlyList<ApiKey> keys) => [.. keys.Select(k => new Held(k, Convert.FromHexString(k.Sha256)))];

    private (DateTime WrittenAt, long Bytes) Stamp() =>
        new FileInfo(KeyFile.PathIn(_folder)) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : default;

    private sealed record Held(ApiKey Key, byte[] Hash);
}
