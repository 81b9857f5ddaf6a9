using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RapidTuner.Configuration;
using RapidTuner.Core.Errors;
using RapidTuner.Serving;
using RapidTuner.Tests.Http;

namespace RapidTuner.Tests.Security;

/// <summary>https with a certificate of the configuration.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("rapidtuner-tls-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Serve_WithACertificate_AnswersOverTlsWithIt()
    {
        var (certificate, key, print) = SelfSigned();
        await TestService.Run(new ServeOptions { Load = "none", Data = _data, DrainS = 0, TlsCertificate = certificate, TlsKey = key }, async (_, at) =>
        {
            Assert.Equal("https", at.Scheme);
            string? presented = null;
            using var client = new HttpClient(new SocketsHttpHandler
            {
                SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => (presented = shown!.GetCertHashString(HashAlgorithmName.SHA256)) == print },
            });

            Assert.Equal("ok\n", await client.GetStringAsync(new Uri(at, "/healthz")));
            Assert.Equal(print, presented);
        });
    }

    [Fact]
    public void Of_HttpsWithoutCertificate_OrHalfOfOne_IsAProblem()
    {
        var found = new Problems();
        var options = new ServeOptions { Urls = "https://127.0.0.1:0", Data = _data };
        _ = ServeAccess.Of(new ServeConfig(options, new Dictionary<string, string>()), null, found);
        _ = ServeAccess.Of(new ServeConfig(options with { TlsCertificate = Path.Combine(_data, "none.pem") }, new Dictionary<string, string>()), null, found);

        Assert.Equal(3, found.Count);
    }

    private (string Certificate, string Key, string Print) SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = TestService.Clock.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddMinutes(-5), now.AddHours(1));
        var (certificate, keyFile) = (Path.Combine(_data, "tls.pem"), Path.Combine(_data, "tls.key"));
        File.WriteAllText(certificate, made.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificate, keyFile, made.GetCertHashString(HashAlgorithmName.SHA256));
    }
}
