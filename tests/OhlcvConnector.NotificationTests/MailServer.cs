using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace OhlcvConnector.NotificationTests;

/// <summary>
/// Somebody else's mail server (npm's smtp-server) on a free port, which takes one user, encrypts with a certificate of its own, and writes each mail as a line
/// of JSON. Where it cannot be installed, tests are skipped with the reason, which is a failure where MUST_RUN is set.
/// </summary>
public sealed class MailServer : IAsyncLifetime
{
    private const string Version = "3.21.6";
    private const string Program = """
        const { SMTPServer } = require('smtp-server');
        let busy = 0;
        const server = new SMTPServer({
            authOptional: true, hideSTARTTLS: process.argv[2] !== 'tls', allowInsecureAuth: true,
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
                    console.log(JSON.stringify({ to: session.envelope.rcptTo.map(one => one.address), user: session.user || null, mail }));
                    done();
                });
            },
        });
        server.on('error', () => {});
        server.listen(0, '127.0.0.1', () => console.log(server.server.address().port));
        """;

    private readonly List<Process> _servers = [];
    private readonly List<JsonElement> _mails = [];
    private string? _problem;

    public int Port { get; private set; }

    public int TlsPort { get; private set; }

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
            Assert.SkipUnless(Environment.GetEnvironmentVariable("MUST_RUN") is "1", _problem);
            throw new InvalidOperationException(_problem);
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

        return ValueTask.CompletedTask;
    }

    private async Task<int> StartAsync(string folder, string mode)
    {
        var server = Process.Start(new ProcessStartInfo("node", [Path.Combine(folder, "server.js"), mode])
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
}
