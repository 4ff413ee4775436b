using Microsoft.Extensions.Configuration;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Settings;

/// <summary>Other addresses as texts: <c>binance=http://mirror:8080</c>, <c>okx/usdm.stream=wss://...</c>.</summary>
internal static class EndpointText
{
    /// <summary>Form of an address as a text, for errors and help.</summary>
    public const string Form = "EXCHANGE=URL, EXCHANGE/MARKET=URL, or with .stream or .rest before the =, such as binance/usdm.rest=http://127.0.0.1:9700";

    /// <summary>Sets an address by a text.</summary>
    /// <param name="options">The settings to change.</param>
    /// <param name="where">The place of the text, for the error.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="InvalidSettingException">The text is not of that form.</exception>
    public static void Set(ConnectorOptions options, string where, string text)
    {
        if (text.Split('=', 2) is not [{ Length: > 0 } target, var address])
        {
            throw new InvalidSettingException($"{where} is '{text}'; write {Form}.");
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

    /// <summary>Sets what a section says: an exchange's name or a market's, and its address or its addresses.</summary>
    /// <exception cref="InvalidSettingException">A value is no address.</exception>
    public static void Apply(IConfigurationSection endpoints, ConnectorOptions options)
    {
        if (endpoints.Value is { Length: > 0 } text)
        {
            throw new InvalidSettingException($"'{endpoints.Path}' is '{text}'; it must be a section: an exchange's name, and its address.");
        }

        foreach (var target in endpoints.GetChildren())
        {
            if (target.Value is { } address)
            {
                Set(options, $"'{target.Path}'", target.Key, "base", address);
            }

            foreach (var kind in target.GetChildren())
            {
                Set(options, $"'{kind.Path}'", target.Key, kind.Key, kind.Value ?? "");
            }
        }
    }

    /// <summary>Checks that each is of an exchange, or a market, that there is: else the real one would be asked.</summary>
    /// <exception cref="InvalidSettingException">An address is of none.</exception>
    public static void Check(ConnectorOptions options, IReadOnlyList<Engine.Access.IVenue> venues)
    {
        List<string> known = [.. venues.SelectMany(venue => venue.Markets.Select(market => $"{venue.Name}/{market.Market.Name()}").Prepend(venue.Name))];
        if (options.Endpoints.Keys.FirstOrDefault(key => !known.Contains(key, StringComparer.OrdinalIgnoreCase)) is { } stranger)
        {
            throw new InvalidSettingException(
                $"{nameof(ConnectorOptions.Endpoints)} has '{stranger}', which is no exchange and no market of one; {Nearest.Words(stranger, known)}");
        }
    }
}
