using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Sending;

namespace OhlcvConnector.Server.Hosting;

/// <summary>Where the server listens, and with which certificate.</summary>
internal static class Listening
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromMinutes(1); // between two requests of one connection

    /// <summary>Makes the web server listen on the ports of the settings.</summary>
    public static void Configure(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.RequestHeadersTimeout = options.SubscribeTimeout;
        kestrel.Limits.KeepAliveTimeout = KeepAlive;
        kestrel.Limits.MaxRequestBodySize = 0;
        Listen(kestrel, options, options.Port, PortRole.Stream);
        if (options.HealthEnabled)
        {
            Listen(kestrel, options, options.HealthPort, PortRole.Health);
        }
    }

    private static void Listen(KestrelServerOptions kestrel, ServerOptions options, int port, PortRole role)
    {
        kestrel.Listen(AddressOf(options.Host), port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1; // a WebSocket over HTTP/2 is another protocol
            var door = kestrel.ApplicationServices.GetRequiredService<ConnectionDoor>();
            listen.Use(next => connection => door.RunAsync(connection, role, next));
            if (options.CertificatePath is { } path)
            {
                listen.Use(next => connection => RunDirectAsync(connection, next));
                listen.UseHttps(Certificate(path, options.CertificateKeyPath));
            }
        });
    }

    /// <summary>Puts an output below TLS that a WebSocket can send through without the web server.</summary>
    private static async Task RunDirectAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var transport = connection.Transport;
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is { SocketType: SocketType.Stream } socket)
        {
            var output = new DirectOutput(transport.Output, socket);
            connection.Features.Set(output);
            connection.Transport = new Transport(transport.Input, output);
        }

        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            connection.Transport = transport;
        }
    }

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private static X509Certificate2 Certificate(string path, string? keyPath)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(path, keyPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or System.Security.Cryptography.CryptographicException or ArgumentException)
        {
            throw new InvalidSettingException($"{nameof(ServerOptions.CertificatePath)} is '{path}': {exception.Message} It must be a certificate as PEM, with its key there or in {nameof(ServerOptions.CertificateKeyPath)}.");
        }
    }

    private static IPAddress AddressOf(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : IPAddress.TryParse(host, out var address) ? address
        : throw new InvalidSettingException(
            $"{nameof(ServerOptions.Host)} is '{host}'; it must be an IP address of this machine, such as 127.0.0.1, 0.0.0.0 or ::.");

    /// <summary>Checks where it is to listen, and with which certificate.</summary>
    /// <exception cref="InvalidSettingException">The address is none, or the certificate cannot be read.</exception>
    public static void Check(ServerOptions options)
    {
        _ = AddressOf(options.Host);
        if (options.CertificatePath is { } path)
        {
            Certificate(path, options.CertificateKeyPath).Dispose();
        }
    }

    /// <summary>Whether an address is of this machine alone.</summary>
    public static bool IsLoopback(string host) => IPAddress.IsLoopback(AddressOf(host));
}
