using RapidTuner.Core.Errors;
using RapidTuner.Security;

namespace RapidTuner.Tests.Security;

public sealed class BootstrapKeyTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Read_KeyWithNewline_IsTheKey() => Assert.Equal((new string('k', 32), 0), Read(new string('k', 32) + "\n"));

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("with space with space with space with space")]
    [InlineData("ümlautümlautümlautümlautümlautümlautümlaut")]
    public void Read_NoKey_IsAProblem(string text) => Assert.Equal((null, 1), Read(text));

    [Fact]
    public void Read_NoFile_IsAProblem()
    {
        var found = new Problems();
        Assert.Null(BootstrapKey.Read(_file + ".none", found));
        Assert.Equal(1, found.Count);
    }

    [Fact]
    public void Read_NoVariable_IsNoKey()
    {
        var found = new Problems();
        Assert.Null(BootstrapKey.Read(null, found));
        Assert.False(found.Any);
    }

    private (string? Key, int Problems) Read(string text)
    {
        File.WriteAllText(_file, text);
        var found = new Problems();
        return (BootstrapKey.Read(_file, found), found.Count);
    }
}
