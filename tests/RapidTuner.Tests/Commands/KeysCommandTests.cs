using System.Text.Json;

namespace RapidTuner.Tests.Commands;

public sealed class KeysCommandTests : IDisposable
{
    private readonly string _data = Path.Combine(Directory.CreateTempSubdirectory("rapidtuner-keyscommand-").FullName, "data");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_data)!, recursive: true);

    [Fact]
    public async Task Keys_CreateListRevoke_ShowsTheKeyOnce()
    {
        var made = JsonElement.Parse((await ProgramRun.Of("keys", "create", "--name", "ops", "--scope", "admin", "--data", _data, "--json")).Out);
        var (id, key) = (made.GetProperty("id").GetString()!, made.GetProperty("key").GetString()!);
        var plain = await ProgramRun.Of("keys", "create", "--data", _data);
        var list = await ProgramRun.Of("keys", "list", "--data", _data);

        Assert.StartsWith("rt_", key);
        Assert.Matches("^rt_[A-Za-z0-9_-]{43}\n$", plain.Out);
        Assert.Contains($"{id}  admin", list.Out);
        Assert.DoesNotContain(key, list.Out + File.ReadAllText(Path.Combine(_data, "keys.json")));

        Assert.Equal(0, (await ProgramRun.Of("keys", "revoke", id, "--data", _data)).ExitCode);
        Assert.Equal(1, JsonElement.Parse((await ProgramRun.Of("keys", "list", "--data", _data, "--json")).Out).GetProperty("keys").GetArrayLength());
    }

    [Fact]
    public async Task Keys_BadInput_TellsAllAndExits2()
    {
        var run = await ProgramRun.Of("keys", "create", "--scope", "7", "--name", "", "--data", typeof(KeysCommandTests).Assembly.Location);
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.All(["--scope", "--name", "--data"], option => Assert.Contains(option, run.Error));

        var none = await ProgramRun.Of("keys", "revoke", "abc", "--data", _data);
        Assert.Equal((2, ""), (none.ExitCode, none.Out));
    }
}
