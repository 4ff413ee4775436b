using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Settings;

namespace OhlcvConnector.Infrastructure;

/// <summary>Says that an exchange wants an API key, and where to set it.</summary>
internal static class MissingKey
{
    /// <summary>Refuses to go on without a key where one is wanted.</summary>
    /// <param name="exchange">The exchange that wants it.</param>
    /// <param name="key">Its key; null where it wants none.</param>
    /// <exception cref="ExchangeUnavailableException">There is none; the message says where to set it.</exception>
    public static void Check(string exchange, VenueKey? key)
    {
        if (key is { Value: null })
        {
            throw new ExchangeUnavailableException(exchange, Words(exchange, key));
        }
    }

    /// <summary>Returns the words for it.</summary>
    public static string Words(string exchange, VenueKey key) =>
        $"{exchange} answers nobody without an API key: set {key.Setting} in the settings, or {ConnectorSettings.Table[key.Setting].Variable} in the environment.";
}
