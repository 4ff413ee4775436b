using Microsoft.Extensions.Options;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Settings;

namespace OhlcvConnector.Infrastructure;

/// <summary>Checks all settings, and names the first wrong one with its range.</summary>
internal sealed class ConnectorOptionsValidator : IValidateOptions<ConnectorOptions>
{
    /// <summary>Checks.</summary>
    /// <exception cref="InvalidSettingException">A setting is out of range.</exception>
    public static void Validate(ConnectorOptions options)
    {
        ConnectorSettings.Table.Check(options);
        if (options.ReconnectDelayMax < options.ReconnectDelay)
        {
            throw new InvalidSettingException(FormattableString.Invariant(
                $"{nameof(options.ReconnectDelayMax)} is {options.ReconnectDelayMax.TotalSeconds} s; it must not be less than {nameof(options.ReconnectDelay)}, {options.ReconnectDelay.TotalSeconds} s."));
        }

        if (options.CoinApiKey?.Trim() is { } key && !key.All(letter => letter is > ' ' and <= '~'))
        {
            throw new InvalidSettingException($"{nameof(options.CoinApiKey)} has a character that no key has; look for blanks and line ends within it.");
        }

        if (options.Proxy is { } proxy && proxy.Scheme is not ("http" or "socks5"))
        {
            throw new InvalidSettingException($"{nameof(options.Proxy)} is '{proxy}'; it must start with http:// or socks5://.");
        }

        if (options.Sandbox is { } sandbox && sandbox.Scheme is not ("http" or "https"))
        {
            throw new InvalidSettingException($"{nameof(options.Sandbox)} is '{sandbox}'; it must start with http:// or https://.");
        }

        if (options.Sandbox is not null && options.UseTestnet)
        {
            throw new InvalidSettingException($"{nameof(options.Sandbox)} and {nameof(options.UseTestnet)} are both set; choose one.");
        }
    }

    /// <summary>Checks what dependency injection has made of the settings: the error is the one that <see cref="Connector.Create"/> throws.</summary>
    ValidateOptionsResult IValidateOptions<ConnectorOptions>.Validate(string? name, ConnectorOptions options)
    {
        Validate(options);
        EndpointText.Check(options, Venues.All);
        return ValidateOptionsResult.Success;
    }
}
