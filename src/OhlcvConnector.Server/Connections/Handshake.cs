using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace OhlcvConnector.Server.Connections;

/// <summary>The opening handshake of RFC 6455, 4.2.</summary>
internal static class Handshake
{
    private const string Magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private const int KeyBytes = 16;
    private const int KeyCharacters = 24;

    /// <summary>Returns the problem of a request to upgrade; null when there is none.</summary>
    public static string? Problem(HttpContext context)
    {
        var headers = context.Request.Headers;
        return context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } || !HasToken(headers.Upgrade, "websocket")
                ? "This is a WebSocket server: connect with a WebSocket client. Health, metrics and REST are on the other port."
            : !HttpMethods.IsGet(context.Request.Method) ? "A WebSocket handshake is a GET."
            : headers.SecWebSocketVersion != "13" ? "The WebSocket version must be 13."
            : !IsKey(headers.SecWebSocketKey.ToString()) ? "Sec-WebSocket-Key must be 16 bytes in base64."
            : null;
    }

    /// <summary>Answers the handshake, with the extension that was chosen, and gives the stream of frames.</summary>
    public static async Task<Stream> AcceptAsync(HttpContext context, string? extension)
    {
        var headers = context.Response.Headers;
        headers.Connection = "Upgrade";
        headers.Upgrade = "websocket";
        headers.SecWebSocketAccept = AcceptKey(context.Request.Headers.SecWebSocketKey.ToString());
        if (extension is not null)
        {
            headers.SecWebSocketExtensions = extension;
        }

        return await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync().ConfigureAwait(false);
    }

    private static string AcceptKey(string key)
    {
#pragma warning disable CA5350 // the protocol wants SHA-1; it protects nothing
        Span<byte> text = stackalloc byte[KeyCharacters + Magic.Length];
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        Encoding.ASCII.GetBytes(key, text);
        Encoding.ASCII.GetBytes(Magic, text[KeyCharacters..]);
        SHA1.HashData(text, hash);
        return Convert.ToBase64String(hash);
#pragma warning restore CA5350
    }

    private static bool IsKey(string key)
    {
        Span<byte> bytes = stackalloc byte[KeyBytes + 2];
        return key.Length == KeyCharacters && Convert.TryFromBase64String(key, bytes, out var length) && length == KeyBytes;
    }

    private static bool HasToken(string? header, string token)
    {
        foreach (var part in header.AsSpan().Split(','))
        {
            if (header.AsSpan(part).Trim().Equals(token, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
