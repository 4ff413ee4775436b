using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Settings;

/// <summary>Other addresses as texts: <c>binance=http://mirror:8080</c>, <c>okx/usdm.stream=wss://...</c>.</summary>
internal static class EndpointText
{
    /// <summary>Sets one.</summary>
    /// <param name="options">Where.</param>
    /// <param name="where">Where the text stands, for the error.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="InvalidSettingException">It is not of that form.</exception>
    public static void Set(ConnectorOptions options, string where, string text)
    {
        if (text.Split('=', 2) is not [{ Length: > 0 } target, var address])
        {
            throw new InvalidSettingException($"{where} is '{text}'; write EXCHANGE=URL, EXCHANGE/MARKET=URL, or with .stream or .rest before the =, such as binance/usdm.rest=http://127.0.0.1:9700.");
        }

        var parts = target.Split('.', 2);
        Set(options, where, parts[0], parts.Length > 1 ? parts[1] : "base", address);
    }

    /// <summary>Sets one of the addresses of an exchange or market.</summary>
    /// <exception cref="InvalidSettingException">There is no such kind of address, or it is no whole one.</exception>
    public static void Set(ConnectorOptions options, string where, string target, string kind, string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            throw new InvalidSettingException($"{where} is '{address}'; write a whole address, such as http://127.0.0.1:9700.");
        }

        if (!options.Endpoints.TryGetValue(target, out var over))
        {
            options.Endpoints.Add(target, over = new EndpointOverride());
        }

        switch (kind.ToUpperInvariant())
        {
            case "BASE":
                over.Base = uri;
                break;
            case "STREAM":
                over.Stream = uri;
                break;
            case "REST":
                over.Rest = uri;
                break;
            default:
                throw new InvalidSettingException($"{where}: there is no '{kind}'; {Nearest.Words(kind, ["Base", "Stream", "Rest"])}");
        }
    }

    /// <summary>Checks that each is of an exchange, or a market, that there is: else the real one would be asked.</summary>
    /// <exception cref="InvalidSettingException">One is not.</exception>
    public static void Check(ConnectorOptions options, IReadOnlyList<Engine.Access.IVenue> venues)
    {
        List<string> known = [.. venues.SelectMany(venue => venue.Markets.Select(market => $"{venue.Name}/{market.Market.Name()}").Prepend(venue.Name))];
        if (options.Endpoints.Keys.FirstOrDefault(key => !known.Contains(key, StringComparer.OrdinalIgnoreCase)) is { } stranger)
        {
            throw new InvalidSettingException($"{nameof(ConnectorOptions.Endpoints)} has '{stranger}', which is no exchange and no market of one; {Nearest.Words(stranger, known)}");
        }
    }
}
