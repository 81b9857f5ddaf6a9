using Microsoft.Extensions.Logging.Abstractions;
using RapidTuner.Core.Errors;
using RapidTuner.Security;

namespace RapidTuner.Tests.Security;

public sealed class KeyRingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rapidtuner-keys-").FullName;
    private readonly HandClock _clock = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Find_KnownText_GivesItsKey()
    {
        var text = KeyText.New();
        KeyFile.Write(_folder, [Key("a", KeyText.New()), Key("b", text)]);
        var ring = Open();

        Assert.True(ring.On);
        Assert.Equal("b", ring.Find(text)!.Id);
        Assert.All(["", text[..^1], text + "x", text.ToUpperInvariant(), new string('x', 100_000)], wrong => Assert.Null(ring.Find(wrong)));
    }

    [Fact]
    public void Find_RevokedWhileRunning_IsRefusedWithinASecond_AndKeysStayOn()
    {
        var text = KeyText.New();
        KeyFile.Write(_folder, [Key("a", text)]);
        var ring = Open();
        KeyFile.Write(_folder, []);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(ring.Find(text));
        Assert.True(ring.On);
    }

    [Fact]
    public void On_FirstKeyMadeWhileRunning_ClosesTheService()
    {
        var ring = Open();
        Assert.False(ring.On);
        KeyFile.Write(_folder, [Key("a", KeyText.New())]);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True(ring.On);
    }

    [Fact]
    public void Refresh_DamagedFile_KeepsTheKeysThatWereThere()
    {
        var text = KeyText.New();
        KeyFile.Write(_folder, [Key("a", text)]);
        var ring = Open();
        File.WriteAllText(KeyFile.PathIn(_folder), "{");
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.NotNull(ring.Find(text));
    }

    [Fact]
    public void Bootstrap_NoKeysYet_BecomesAnAdminKeyOnDisk_AndNeverReplacesOne()
    {
        var first = new string('k', 40);
        Assert.Equal(KeyScope.Admin, Open(first).Find(first)!.Scope);
        Assert.DoesNotContain(first, File.ReadAllText(KeyFile.PathIn(_folder)));

        Assert.Null(Open(new string('l', 40)).Find(new string('l', 40)));
        Assert.NotNull(Open().Find(first));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[{\"id\":\"\"}]")]
    [InlineData("[{\"id\":\"a\",\"name\":\"a\",\"scope\":\"god\",\"sha256\":\"00\",\"created_s\":0}]")]
    [InlineData("[{\"id\":\"a\",\"name\":\"a\",\"scope\":\"read\",\"sha256\":\"zz\",\"created_s\":0}]")]
    [InlineData("[{\"id\":\"a\",\"surprise\":1}]")]
    public void Read_DamagedFile_IsBadInput(string text)
    {
        File.WriteAllText(KeyFile.PathIn(_folder), text);
        Assert.Throws<BadInputException>(() => KeyFile.Read(_folder));
    }

    [Fact]
    public void Write_OnUnix_IsForItsOwnerAlone()
    {
        KeyFile.Write(_folder, []);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile.PathIn(_folder)));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder));
        }
    }

    [Fact]
    public void Sessions_EndWithTheirTimeTheirKeyAndALogOut()
    {
        var text = KeyText.New();
        KeyFile.Write(_folder, [Key("a", text)]);
        var ring = Open();
        var sessions = new Sessions(ring, _clock);
        var (late, revoked, left) = (sessions.Open(ring.Find(text)!, 10), sessions.Open(ring.Find(text)!, 1000), sessions.Open(ring.Find(text)!, 1000));
        Assert.All([late, revoked, left], s => Assert.Equal("a", sessions.Find(s)!.Id));

        sessions.Close(left);
        Assert.Null(sessions.Find(left));
        _clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Null(sessions.Find(late));
        KeyFile.Write(_folder, []);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(sessions.Find(revoked));
    }

    private static ApiKey Key(string id, string text) => new(id, id, KeyScope.Read, Convert.ToHexStringLower(KeyText.HashOf(text)), 0);

    private KeyRing Open(string? bootstrap = null) => new(_folder, bootstrap, _clock, NullLogger.Instance);
}
