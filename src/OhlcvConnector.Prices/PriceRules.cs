using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OhlcvConnector.Application.Prices;

namespace OhlcvConnector.Prices;

/// <summary>Which prices are believed, when two differ, and how what several sources know becomes one answer.</summary>
/// <param name="CacheTtl">How old a price may become before another source's is better.</param>
/// <param name="MaxDisagreement">By how many per cent two may differ.</param>
internal sealed record PriceRules(TimeSpan CacheTtl, decimal MaxDisagreement)
{
    /// <summary>How long a price that is far off must stay so before it is believed.</summary>
    public static readonly TimeSpan Quarantine = TimeSpan.FromMinutes(10);

    /// <summary>How far a source's clock may be ahead before it is counted.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(2);

    private const decimal MaxFactor = 10;
    private static readonly string[] Dollars = ["USD", "USDT", "USDC"];

    /// <summary>Whether nothing costs this.</summary>
    public static bool IsImpossible(AssetPrice price) => price.Price <= 0;

    /// <summary>Whether two prices are of one order.</summary>
    public static bool IsNear(decimal one, decimal other) => Math.Max(one, other) / MaxFactor <= Math.Min(one, other);

    /// <summary>Whether two prices are in currencies that are worth the same, or should be.</summary>
    public static bool CanCompare(AssetPrice one, AssetPrice other) =>
        one.Quote == other.Quote || (Dollars.Contains(one.Quote) && Dollars.Contains(other.Quote));

    /// <summary>Whether two sources differ too much; old prices differ without meaning anything.</summary>
    public bool Disagree(AssetPrice shown, AssetPrice other, DateTimeOffset now) => CanCompare(shown, other)
        && now - shown.LastUpdated <= CacheTtl
        && now - other.LastUpdated <= CacheTtl
        && Math.Abs(other.Price - shown.Price) > shown.Price * MaxDisagreement / 100;

    /// <summary>Adds what another source knows, where it means the same: amounts only in the same currency.</summary>
    public static AssetPrice Merge(AssetPrice shown, AssetPrice other)
    {
        var isSameCurrency = shown.Quote == other.Quote;
        return shown with
        {
            Name = shown.Name ?? other.Name,
            Supply = shown.Supply ?? other.Supply,
            Change24h = shown.Change24h ?? other.Change24h,
            High24h = shown.High24h ?? (isSameCurrency ? other.High24h : null),
            Low24h = shown.Low24h ?? (isSameCurrency ? other.Low24h : null),
            Volume24h = shown.Volume24h ?? (isSameCurrency ? other.Volume24h : null),
            Hours = shown.Hours ?? (isSameCurrency ? other.Hours : null),
        };
    }

    /// <summary>A number of all that is said: the same on every server.</summary>
    public static ulong VersionOf(AssetPrice price, PriceDisagreement? disagreement)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{price.Symbol} {price.Quote} {price.Price} {price.LastUpdated.UtcTicks} {price.Source} {price.Name} {price.Change24h} {price.High24h} {price.Low24h} {price.Volume24h} {price.Supply} {disagreement}");
        return BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
