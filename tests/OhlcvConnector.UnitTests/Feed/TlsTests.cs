using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;
using static OhlcvConnector.Testing.LoopbackBinance;

namespace OhlcvConnector.UnitTests.Feed;

/// <summary>Streams as the real venues have them: encrypted.</summary>
public class TlsTests
{
    [Fact]
    public async Task An_encrypted_stream_is_read_as_any_other()
    {
        using var certificate = NewCertificate();
        await using var binance = new LoopbackBinance(certificate);
        await using var repositories = binance.Repositories(options => options.StreamTls = Trusting(certificate));
        await using var feed = repositories.Open([Series()]);
        var openMs = Interval.OneMinute.FloorMs(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        var reading = CountAsync(feed, 200);
        await Eventually.TrueAsync(() => binance.Has(Series()), "it is subscribed");

        for (var trades = 1; trades <= 200 || !reading.IsCompleted; trades++) // open states conflate: some more than are counted
        {
            await binance.SendAsync(Series(), Kline(Series(), openMs, trades: trades));
        }

        (await reading).ShouldBe(200);
    }

    [Fact]
    public async Task A_certificate_of_nobody_is_refused_in_words()
    {
        using var certificate = NewCertificate();
        await using var binance = new LoopbackBinance(certificate);
        await using var repositories = binance.Repositories(options => options.ConnectAttempts = 1);
        await using var feed = repositories.Open([Series()]);

        (await Should.ThrowAsync<ExchangeUnavailableException>(() => CountAsync(feed, 1))).Message.ShouldContain("certificate");
    }

    private static async Task<int> CountAsync(IPriceFeed feed, int most)
    {
        var count = 0;
        await foreach (var quote in feed.ReadAllAsync())
        {
            quote.Series.ShouldNotBeNull();
            if (++count == most)
            {
                break;
            }
        }

        return count;
    }

    private static SslClientAuthenticationOptions Trusting(X509Certificate2 certificate) => new()
    {
        RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == certificate.GetCertHashString(),
    };

    private static X509Certificate2 NewCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(
            new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
