using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Shouldly;

namespace OhlcvConnector.ServerTests;

public sealed class TlsTests : IDisposable
{
    private readonly string _certificate = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly string _key = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public TlsTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(
            new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        File.WriteAllText(_certificate, certificate.ExportCertificatePem());
        File.WriteAllText(_key, key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        File.Delete(_certificate);
        File.Delete(_key);
    }

    [Fact]
    public async Task With_a_certificate_both_ports_speak_tls()
    {
        await using var stage = await ServerStage.SetAsync(
            speed: 300, configure: options => (options.CertificatePath, options.CertificateKeyPath) = (_certificate, _key));

        stage.Server.StreamAddress.Scheme.ShouldBe("wss");
        using var own = X509CertificateLoader.LoadCertificateFromFile(_certificate);
        await using var client = await stage.ConnectAsync(
            socket => socket.Options.RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == own.Thumbprint);
        await client.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT","ETHUSDT"],"closed_only":true,"snapshot":20}""");
        var checkers = new Dictionary<string, CandleChecker>();
        while (checkers.Count < 2 || checkers.Values.Any(checker => checker.Count < 3))
        {
            var quote = await client.ReadAsync("quote");
            CandleChecker.Of(checkers, quote).Read(quote);
        }

        using var trusting = new HttpClient(
            new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == own.Thumbprint } });
        using var answer = await trusting.GetAsync(new Uri(stage.Server.HealthAddress!, "/health"));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_read_ends_the_start_and_is_named()
    {
        var exception = await Should.ThrowAsync<Domain.InvalidSettingException>(
            () => ServerStage.SetAsync(configure: options => options.CertificatePath = _key + ".missing"));

        exception.Message.ShouldContain("CertificatePath is '");
    }
}
