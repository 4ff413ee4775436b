using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OhlcvConnector.Server.FanOut.Sending;
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Over_tls_who_reads_late_gets_everything_in_order(bool isPacked)
    {
        await using var stage = await ServerStage.SetAsync(
            speed: 400, configure: options => (options.CertificatePath, options.CertificateKeyPath) = (_certificate, _key));
        await using var client = await stage.ConnectAsync(socket =>
        {
            using var own = X509CertificateLoader.LoadCertificateFromFile(_certificate);
            var thumbprint = own.Thumbprint;
            socket.Options.RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == thumbprint;
            socket.Options.DangerousDeflateOptions = isPacked ? new WebSocketDeflateOptions() : null;
        });
        await client.SayAsync("{\"op\":\"subscribe\",\"exchange\":\"binance\",\"symbols\":[\"BTCUSDT\",\"ETHUSDT\",\"SOLUSDT\"],\"interval\":\"1s\"}");
        await client.ReadAsync("quote");
        await Testing.Eventually.TrueAsync(
            () => stage.Server.Hub.Channels.Sum(channel => channel.Sequence) > 2_500, "more waits for the client than its connection takes");
        var checkers = new Dictionary<string, CandleChecker>();
        while (checkers.Count < 3 || checkers.Values.Sum(checker => checker.Count) < 2_600)
        {
            var quote = await client.ReadAsync("quote");
            CandleChecker.Of(checkers, quote).Read(quote);
        }
    }

    [Fact]
    public async Task What_the_socket_does_not_take_is_kept_and_nothing_more_is_taken_until_it_has_left()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(listener.LocalEndPoint!);
        using var socket = await listener.AcceptAsync();
        await using var network = new NetworkStream(socket);
        var output = new DirectOutput(PipeWriter.Create(network), socket);
        await using var tls = new SslStream(new HalfStream(network, output.AsStream()));
        await using var reader = new SslStream(new NetworkStream(client));
        using var certificate = X509Certificate2.CreateFromPemFile(_certificate, _key);
        await Task.WhenAll(
            tls.AuthenticateAsServerAsync(certificate),
            reader.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == certificate.Thumbprint,
            }));
        var wire = new TlsWire(tls, output);
        var (block, sent) = (new byte[64 * 1024], 0);
        while (wire.TrySend(Numbered(block, sent)) is var taken and > 0)
        {
            taken.ShouldBe(block.Length, "all of it or nothing");
            sent++;
        }

        sent.ShouldBeInRange(1, 200, "what waits is bounded");
        var rest = wire.SendAsync(Numbered((byte[])block.Clone(), sent), CancellationToken.None);
        rest.IsCompleted.ShouldBeFalse();
        var read = new byte[block.Length];
        for (var i = 0; i <= sent; i++)
        {
            await reader.ReadExactlyAsync(read).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            read.ShouldBe(Numbered(block, i));
        }

        await rest;
        wire.TrySend(Numbered(block, 0)).ShouldBe(block.Length, "it takes again");
        client.Dispose();
        socket.Dispose();
        Should.Throw<IOException>(() => wire.TrySend(block));

        static byte[] Numbered(byte[] block, int number)
        {
            Array.Fill(block, (byte)number);
            return block;
        }
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_read_ends_the_start_and_is_named()
    {
        var exception = await Should.ThrowAsync<Domain.InvalidSettingException>(
            () => ServerStage.SetAsync(configure: options => options.CertificatePath = _key + ".missing"));

        exception.Message.ShouldContain("CertificatePath is '");
    }

    /// <summary>Reads from one stream, and writes to another.</summary>
    private sealed class HalfStream(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            output.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

        public override void Flush()
        {
            // written as it comes
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
