using Microsoft.AspNetCore.Http;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.CoinApi;

/// <summary>CoinAPI's keys: any but one.</summary>
internal static class CoinApiKeys
{
    private const string WrongKey = "wrong";

    /// <summary>The key of a request, wherever it is allowed to stand; null for none.</summary>
    public static string? KeyOf(HttpRequest request) =>
        request.Headers["X-CoinAPI-Key"] is [{ Length: > 0 } header] ? header
        : request.Headers.Authorization is [{ Length: > 0 } authorization] ? authorization
        : request.Query.Text("apikey");

    /// <summary>Whether it is a key.</summary>
    public static bool IsKey(string? key) => key is { Length: > 0 } and not WrongKey;
}
