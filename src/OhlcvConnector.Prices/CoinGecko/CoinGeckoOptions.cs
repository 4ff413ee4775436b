namespace OhlcvConnector.Prices.CoinGecko;

/// <summary>Where a CoinGecko-like service is, and how it is asked.</summary>
public sealed class CoinGeckoOptions
{
    /// <summary>The address before <c>/coins/markets</c>.</summary>
    public Uri Address { get; set; } = new("https://api.coingecko.com/api/v3");

    /// <summary>The API key; null for none. It goes out as a header, and into no message.</summary>
    public string? Key { get; set; }

    /// <summary>How long one request may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether what it says is simulated.</summary>
    public bool IsSandbox { get; set; }
}
