using RapidTuner.Core.Errors;
using RapidTuner.Security;

namespace RapidTuner.Tests.Security;

public sealed class BindingsTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://localhost:0")]
    [InlineData("http://[::1]:8080;http://127.0.0.2:81")]
    public void Check_Loopback_NeedsNoKeys(string urls) => Assert.Empty(Problems(urls, keys: false));

    [Theory]
    [InlineData("http://0.0.0.0:8080")]
    [InlineData("http://*:8080")]
    [InlineData("http://+:8080")]
    [InlineData("http://[::]:8080")]
    [InlineData("http://10.0.0.1:8080")]
    [InlineData("http://tuner.example.org:8080")]
    [InlineData("http://localhost.example.org:8080")]
    public void Check_ElsewhereWithoutKeys_SaysHowToGetSome(string urls)
    {
        Assert.Contains("keys create", Assert.Single(Problems(urls, keys: false)).Mend);
        Assert.Empty(Problems(urls, keys: true));
    }

    [Theory]
    [InlineData("")]
    [InlineData("8080")]
    [InlineData("ftp://127.0.0.1:8080")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:8080/path")]
    [InlineData("http://unix:/tmp/socket")]
    [InlineData("https://127.0.0.1:8443")]
    public void Check_WhatCannotBeListenedOn_IsAProblem(string urls) => Assert.NotEmpty(Problems(urls, keys: true));

    [Fact]
    public void HostsOf_Wildcards_NameNone() => Assert.Equal(["tuner.example.org"], Bindings.HostsOf(["http://*:80", "http://0.0.0.0:80", "http://tuner.example.org:80"]));

    private static IReadOnlyList<Problem> Problems(string urls, bool keys)
    {
        var found = new Problems();
        _ = Bindings.Check(urls, "--urls", keys, certificate: false, found);
        return found.Found;
    }
}
