using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using OhlcvConnector.Testing;

namespace OhlcvConnector.NotificationTests;

/// <summary>
/// Somebody else's mail server (npm's smtp-server) on a free port, which takes one user, encrypts with a certificate of its own, and writes each mail as a line
/// of JSON; others of them have a certificate of an authority that <see cref="CaFile"/> holds. Where it cannot be installed, tests are skipped with the reason,
/// which is a failure where MUST_RUN is set.
/// </summary>
public sealed class MailServer : IAsyncLifetime
{
    private const string Version = "3.21.6";
    private const string Program = """
        const { SMTPServer } = require('smtp-server');
        const [, , mode, pem] = process.argv;
        const own = pem ? { key: require('fs').readFileSync(pem), cert: require('fs').readFileSync(pem) } : {};
        let busy = 0;
        const server = new SMTPServer({
            ...own, secure: mode === 'smtps', authOptional: true, hideSTARTTLS: mode === 'plain', allowInsecureAuth: mode === 'plain',
            onAuth(auth, session, done) {
                auth.username === 'me' && auth.password === 'pass-word-of-mail' ? done(null, { user: 1 }) : done(new Error('no ' + auth.password));
            },
            onRcptTo(to, session, done) {
                if (to.address.startsWith('busy') && busy++ === 0) return done(Object.assign(new Error('try later'), { responseCode: 451 }));
                if (to.address.startsWith('nobody')) return done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }));
                done();
            },
            onData(stream, session, done) {
                const parts = [];
                stream.on('data', part => parts.push(part));
                stream.on('end', () => {
                    const mail = Buffer.concat(parts).toString('utf8');
                    const to = session.envelope.rcptTo.map(one => one.address);
                    console.log(JSON.stringify({ secure: session.secure, to, user: session.user || null, mail }));
                    done();
                });
            },
        });
        server.on('error', () => {});
        server.listen(0, '127.0.0.1', () => console.log(server.server.address().port));
        """;

    private readonly string _keys = Directory.CreateTempSubdirectory("mail-").FullName;
    private readonly List<Process> _servers = [];
    private readonly List<JsonElement> _mails = [];
    private string? _problem;

    public int Port { get; private set; }

    public int TlsPort { get; private set; }

    /// <summary>Encrypts after STARTTLS, with a certificate that the authority has signed.</summary>
    public int SignedPort { get; private set; }

    /// <summary>Encrypts from the beginning, with the same certificate.</summary>
    public int SignedTlsPort { get; private set; }

    /// <summary>Has a certificate that the authority has signed for somebody else.</summary>
    public int OtherNamePort { get; private set; }

    /// <summary>The authority's certificate.</summary>
    public string CaFile { get; private set; } = "";

    public List<JsonElement> Mails
    {
        get
        {
            lock (_mails)
            {
                return [.. _mails];
            }
        }
    }

    public async ValueTask InitializeAsync()
    {
        try
        {
            var folder = Path.Combine(Repository.Root, "artifacts", "smtp-server");
            if (!Directory.Exists(Path.Combine(folder, "node_modules", "smtp-server")))
            {
                Directory.CreateDirectory(folder);
                using var npm = Process.Start(new ProcessStartInfo(
                    "npm", ["install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, $"smtp-server@{Version}"])
                { RedirectStandardError = true, RedirectStandardOutput = true })!;
                var said = await npm.StandardError.ReadToEndAsync();
                await npm.WaitForExitAsync();
                if (npm.ExitCode != 0)
                {
                    throw new InvalidOperationException(said);
                }
            }

            await File.WriteAllTextAsync(Path.Combine(folder, "server.js"), Program);
            Port = await StartAsync(folder, "plain");
            TlsPort = await StartAsync(folder, "tls");
            using var authority = new Authority();
            await File.WriteAllTextAsync(CaFile = Path.Combine(_keys, "ca.pem"), authority.Pem);
            await File.WriteAllTextAsync(Path.Combine(_keys, "here.pem"), authority.PemFor(names => names.AddIpAddress(IPAddress.Loopback)));
            await File.WriteAllTextAsync(Path.Combine(_keys, "other.pem"), authority.PemFor(names => names.AddDnsName("mail.example")));
            SignedPort = await StartAsync(folder, "tls", Path.Combine(_keys, "here.pem"));
            SignedTlsPort = await StartAsync(folder, "smtps", Path.Combine(_keys, "here.pem"));
            OtherNamePort = await StartAsync(folder, "tls", Path.Combine(_keys, "other.pem"));
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException or FormatException)
        {
            _problem = $"smtp-server could not be installed or started: {exception.Message}";
        }
    }

    public void Need()
    {
        if (_problem is not null)
        {
            throw Needed.Missing(_problem);
        }
    }

    public ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            if (!server.HasExited)
            {
                server.Kill();
            }

            server.Dispose();
        }

        Directory.Delete(_keys, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task<int> StartAsync(string folder, string mode, params string[] pem)
    {
        var server = Process.Start(new ProcessStartInfo("node", [Path.Combine(folder, "server.js"), mode, .. pem])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _servers.Add(server);
        var port = int.Parse(await server.StandardOutput.ReadLineAsync() ?? await server.StandardError.ReadToEndAsync(), CultureInfo.InvariantCulture);
        _ = ReadAsync(server.StandardOutput);
        return port;
    }

    private async Task ReadAsync(StreamReader lines)
    {
        while (await lines.ReadLineAsync() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            lock (_mails)
            {
                _mails.Add(json.RootElement.Clone());
            }
        }
    }

    /// <summary>An authority that was made for this run, and signs certificates of mail servers.</summary>
    private sealed class Authority : IDisposable
    {
        private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        private readonly X509Certificate2 _certificate;

        public Authority()
        {
            var request = new CertificateRequest("CN=our own authority", _key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        }

        public string Pem => _certificate.ExportCertificatePem();

        /// <summary>A server's key and certificate.</summary>
        public string PemFor(Action<SubjectAlternativeNameBuilder> name)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=mail", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            name(names);
            request.CertificateExtensions.Add(names.Build());
            var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            using var signed = request.Create(_certificate, from, to, RandomNumberGenerator.GetBytes(8));
            return $"{key.ExportPkcs8PrivateKeyPem()}\n{signed.ExportCertificatePem()}\n";
        }

        public void Dispose()
        {
            _certificate.Dispose();
            _key.Dispose();
        }
    }
}
