using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace OhlcvConnector.Server.Hosting;

/// <summary>Asks a running server for its health, for containers that have neither shell nor curl.</summary>
internal static class Probe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Asks, and gives the exit code.</summary>
    public static async Task<int> RunAsync(ServerOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        using var own = options.CertificatePath is { } path ? X509CertificateLoader.LoadCertificateFromFile(path) : null;
        using var http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions =
            {
                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                    shown is not null && own is not null && own.RawData.AsSpan().SequenceEqual(shown.GetRawCertData()),
            },
        })
        {
            Timeout = Patience,
        };
        var host = IPAddress.TryParse(options.Host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            ? "127.0.0.1"
            : options.Host;
        var target = new UriBuilder(options.CertificatePath is null ? "http" : "https", host, options.HealthPort, "/health").Uri;
        try
        {
            using var answer = await http.GetAsync(target, cancellationToken).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            output.WriteLine($"error: no server answers at {target}: {exception.Message}");
            return 1;
        }
    }
}
