using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Hyperliquid;

internal sealed partial class HyperliquidVenue
{
    private const string PerpetualLists = "perps";
    private const char Separator = '\n'; // names can hold anything but this

    /// <summary>Spot tokens that stand for a coin of another chain, by the name that people know; the listing says which others do.</summary>
    private static readonly Dictionary<string, string> Wrapped = new(StringComparer.Ordinal) { ["UBTC"] = "BTC", ["UETH"] = "ETH", ["USOL"] = "SOL" };

    /// <summary>
    /// Spot is one request. Perpetuals are two: the spot tokens, whose names builders' collaterals are told by, then the lists of all exchanges at once; the
    /// cursor brings the names along.
    /// </summary>
    public RestRequest InstrumentPage(VenueMarket market, string? cursor) => new("/info")
    {
        Weight = InfoWeight,
        Body = Write(writer => writer.WriteString("type", cursor is null ? "spotMeta" : "allPerpMetas")),
    };

    /// <inheritdoc/>
    public RestReply DecodeInstruments(VenueMarket market, string? cursor, in RestAnswer answer, ICollection<Instrument> found)
    {
        if (Refusal(answer) is { } refusal)
        {
            return refusal;
        }

        using var document = JsonElements.Parse(answer.Body);
        if (cursor is null)
        {
            var tokens = Tokens(document.RootElement);
            if (market.Market != Market.Spot)
            {
                return RestReply.Ok with { NextList = string.Join(Separator, [PerpetualLists, .. tokens.Select(token => $"{token.Key} {token.Value.Name}")]) };
            }

            DecodeSpot(document.RootElement, tokens, found);
            return RestReply.Ok;
        }

        var names = cursor.Split(Separator).Skip(1).Select(line => line.Split(' ', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        foreach (var meta in document.RootElement.List().Objects())
        {
            DecodePerpetuals(meta, names, found);
        }

        return RestReply.Ok;
    }

    /// <summary>
    /// <c>{"universe":[{"name":"km:US500","szDecimals":3,"isDelisted":true}],"collateralToken":360}</c>. The collateral is the index value of a spot token: 0
    /// is USDC, and one that the list of tokens lacks is called by its index.
    /// </summary>
    private void DecodePerpetuals(JsonElement meta, Dictionary<string, string> names, ICollection<Instrument> found)
    {
        var collateral = ((int)(meta.Number("collateralToken") ?? 0)).ToString(CultureInfo.InvariantCulture);
        var quote = names.TryGetValue(collateral, out var name) ? name : collateral == "0" ? "USDC" : "TOKEN" + collateral;
        foreach (var row in meta.Objects("universe"))
        {
            if (row.Text("name") is { } coin)
            {
                found.Add(new Instrument
                {
                    Exchange = Name,
                    Market = Market.UsdMargined,
                    VenueSymbol = coin,
                    Symbol = Instrument.CommonSymbol(coin, quote, quote),
                    BaseAsset = coin,
                    QuoteAsset = quote,
                    SettleAsset = quote,
                    LotSize = JsonElements.StepOfDigits(row.Number("szDecimals")),
                    Status = row.IsTrue("isDelisted") ? "isDelisted" : null,
                    IsTrading = !row.IsTrue("isDelisted"),
                    Aliases = [coin + "USDT", coin + "-USDT", coin + "/USDT", coin + "_USDT", coin + "/USDT:USDT", coin + "USD", coin + "/USD"],
                    // as the Python connector took them
                });
            }
        }
    }

    /// <summary>Names and full names of the spot tokens by their index values, which are not their places in the list.</summary>
    private static Dictionary<int, Token> Tokens(JsonElement meta)
    {
        var tokens = new Dictionary<int, Token>();
        foreach (var token in meta.Objects("tokens"))
        {
            if (token.Number("index") is { } number && (int)number is var index && token.Text("name") is { } name)
            {
                tokens[index] = new Token(name, token.Text("fullName"), JsonElements.StepOfDigits(token.Number("szDecimals")));
            }
        }

        return tokens;
    }

    /// <summary><c>{"universe":[{"tokens":[150,0],"name":"@107","index":107}],"tokens":[{"name":"HYPE","index":150}]}</c>.</summary>
    private void DecodeSpot(JsonElement meta, Dictionary<int, Token> tokens, ICollection<Instrument> found)
    {
        foreach (var row in meta.Objects("universe"))
        {
            if (row.Text("name") is { } name && Pair(row) is var (first, second)
                && tokens.TryGetValue(first, out var baseToken) && tokens.TryGetValue(second, out var quoteToken))
            {
                found.Add(new Instrument
                {
                    Exchange = Name,
                    Market = Market.Spot,
                    VenueSymbol = name,
                    Symbol = Instrument.CommonSymbol(baseToken.Name, quoteToken.Name),
                    BaseAsset = baseToken.Name,
                    QuoteAsset = quoteToken.Name,
                    LotSize = baseToken.Step,
                    Aliases = CoinOf(baseToken.Name, baseToken.FullName) is { } coin
                        ? [$"{coin}/{quoteToken.Name}", $"{coin}-{quoteToken.Name}", $"{coin}_{quoteToken.Name}", $"{coin}{quoteToken.Name}"]
                        : [],
                });
            }
        }
    }

    private static (int Base, int Quote)? Pair(JsonElement row) =>
        row.TryGetProperty("tokens", out var pair) && pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2
            && pair[0].Number() is >= 0 and <= int.MaxValue and var first && pair[1].Number() is >= 0 and <= int.MaxValue and var second
            ? ((int)first, (int)second)
            : null;

    /// <summary>
    /// The coin that a token stands for: those that Unit brings from other chains are a U and the coin's name. There can be another token of the coin's own
    /// name, which is not that coin: then the name means neither, and who asks is told of both.
    /// </summary>
    private static string? CoinOf(string name, string? fullName) =>
        name.Length > 1 && name[0] == 'U' && fullName?.StartsWith("Unit ", StringComparison.Ordinal) == true ? name[1..] : Wrapped.GetValueOrDefault(name);

    /// <summary>A spot token.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="FullName">What it stands for, in words; null where nothing says so.</param>
    /// <param name="Step">The smallest step of its amounts.</param>
    private readonly record struct Token(string Name, string? FullName, decimal? Step);
}
