using OhlcvConnector.Domain;
using OhlcvConnector.Server.Protocol;
using OhlcvConnector.Server.Rest;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Server.Paper;

/// <summary>Reads orders as they are sent.</summary>
internal static class PaperOrders
{
    private static readonly Dictionary<string, OrderType> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        ["market"] = OrderType.Market,
        ["limit"] = OrderType.Limit,
        ["stop"] = OrderType.Stop,
        ["stop-limit"] = OrderType.StopLimit,
        ["trailing-stop"] = OrderType.TrailingStop,
    };

    /// <summary>Returns the word for a type.</summary>
    public static string Name(OrderType type) => Types.First(pair => pair.Value == type).Key;

    /// <summary>Returns the word for why something was filled.</summary>
    public static string Name(FillReason reason) => reason switch
    {
        FillReason.StopLoss => "stop-loss",
        FillReason.TakeProfit => "take-profit",
        FillReason.Liquidation => "liquidation",
        FillReason.End => "end",
        _ => "order",
    };

    /// <summary>Makes the command of an order.</summary>
    /// <exception cref="RequestException">Something is missing or unknown; the text says what.</exception>
    public static PaperCommand Read(NewOrder order, PaperDefinition account) => new(PaperCommandKind.Place)
    {
        Id = order.Id,
        Series = SeriesOf(order.Symbol, account),
        Request = new OrderRequest
        {
            Side = order.Side.ToUpperInvariant() switch
            {
                "BUY" => Side.Buy,
                "SELL" => Side.Sell,
                _ => throw RestQuery.Bad($"'side' is '{V1Reader.Shown(order.Side)}'; it must be buy or sell."),
            },
            Type = order.Type is not { } type ? OrderType.Market
                : Types.TryGetValue(type, out var known) ? known
                : throw RestQuery.Bad($"'type' is '{V1Reader.Shown(type)}'; {Nearest.Words(V1Reader.Shown(type), Types.Keys)}"),
            Size = SizeOf(order),
            LimitPrice = order.LimitPrice,
            StopPrice = order.StopPrice,
            TrailBy = order.TrailBy,
            ReduceOnly = order.ReduceOnly ?? order.Position == true,
            StopLoss = order.StopLoss,
            TakeProfit = order.TakeProfit,
            OcoGroup = order.OcoGroup,
            Note = order.Note,
        },
    };

    /// <summary>Makes what an order is to be after a change.</summary>
    public static OrderRequest Change(OrderRequest order, OrderChange change) => order with
    {
        Size = change.Quantity is { } quantity ? OrderSize.Units(quantity) : order.Size,
        LimitPrice = change.LimitPrice ?? order.LimitPrice,
        StopPrice = change.StopPrice ?? order.StopPrice,
        TrailBy = change.TrailBy ?? order.TrailBy,
        StopLoss = change.StopLoss ?? order.StopLoss,
        TakeProfit = change.TakeProfit ?? order.TakeProfit,
    };

    /// <summary>Finds a series of an account by its symbol, in the exchange's spelling, a common one, or a charting service's (BINANCE:BTCUSDT.P).</summary>
    /// <exception cref="RequestException">There is none, or none is named where there are several.</exception>
    public static int SeriesOf(string? symbol, PaperDefinition account)
    {
        var all = account.Series;
        if (string.IsNullOrWhiteSpace(symbol))
        {
            return all.Count == 1 ? 0 : throw RestQuery.Bad($"Name the symbol: {string.Join(", ", all.Select(one => one.Symbol))}.");
        }

        var plain = Plain(symbol);
        for (var i = 0; i < all.Count; i++)
        {
            if (Plain(all[i].Symbol) == plain)
            {
                return i;
            }
        }

        throw new RequestException(
            ErrorCode.UnknownSymbol,
            $"The account {account.Name} does not trade '{V1Reader.Shown(symbol)}'; {Nearest.Words(V1Reader.Shown(symbol), [.. all.Select(one => one.Symbol)])}");
    }

    private static string Plain(string symbol)
    {
        var name = symbol[(symbol.LastIndexOf(':') + 1)..].ToUpperInvariant();
        name = name.EndsWith(".P", StringComparison.Ordinal) ? name[..^2] : name;
        return new string([.. name.Where(char.IsAsciiLetterOrDigit)]);
    }

    private static OrderSize SizeOf(NewOrder order)
    {
        OrderSize?[] sizes =
        [
            order.Quantity is { } quantity ? OrderSize.Units(quantity) : null,
            order.Cash is { } cash ? OrderSize.Cash(cash) : null,
            order.Percent is { } percent ? OrderSize.Equity(percent / 100) : null,
            order.RiskPercent is { } risk ? OrderSize.Risk(risk / 100) : null,
            order.Position == true ? OrderSize.Position : null,
        ];
        return sizes.Count(size => size is not null) == 1
            ? sizes.First(size => size is not null)!.Value
            : throw RestQuery.Bad("Say how much, once: quantity, cash, percent, riskPercent, or position as true.");
    }
}
