using RapidTuner.Core.Errors;
using RapidTuner.Serving;

namespace RapidTuner.Tests.Serving;

public class LoopbackUrlsTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://localhost:1")]
    [InlineData("http://[::1]:9;http://127.0.0.2:10")]
    public void Check_Loopback_FindsNothing(string urls)
    {
        var found = new Problems();
        LoopbackUrls.Check(urls, found);
        Assert.False(found.Any);
    }

    [Theory]
    [InlineData("http://0.0.0.0:8080", 1)]
    [InlineData("http://*:80;http://192.168.1.4:80", 2)]
    [InlineData("ftp://127.0.0.1", 1)]
    [InlineData("", 1)]
    [InlineData("nonsense", 1)]
    public void Check_Elsewhere_TellsEach(string urls, int problems)
    {
        var found = new Problems();
        LoopbackUrls.Check(urls, found);
        Assert.Equal(problems, found.Count);
    }
}
