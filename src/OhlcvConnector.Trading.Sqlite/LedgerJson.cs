using System.Text.Json;
using System.Text.Json.Serialization;

namespace OhlcvConnector.Trading.Sqlite;

/// <summary>How definitions and orders are written into their columns.</summary>
[JsonSourceGenerationOptions(IgnoreReadOnlyProperties = true, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PaperDefinition))]
[JsonSerializable(typeof(WrittenOrder))]
internal sealed partial class LedgerJson : JsonSerializerContext;

/// <summary>An order as it was asked for, as it is written.</summary>
internal sealed record WrittenOrder(
    Side Side, OrderType Type, OrderSizeKind Size, decimal Amount, decimal? Limit, decimal? Stop, decimal? TrailBy, bool ReduceOnly, decimal? StopLoss,
    decimal? TakeProfit, string? OcoGroup, string? Note)
{
    public static string Write(OrderRequest request) => JsonSerializer.Serialize(
        new WrittenOrder(
            request.Side, request.Type, request.Size.Kind, request.Size.Amount, request.LimitPrice, request.StopPrice, request.TrailBy, request.ReduceOnly,
            request.StopLoss, request.TakeProfit, request.OcoGroup, request.Note),
        LedgerJson.Default.WrittenOrder);

    public static OrderRequest Read(string text)
    {
        var order = JsonSerializer.Deserialize(text, LedgerJson.Default.WrittenOrder)!;
        return new OrderRequest
        {
            Side = order.Side,
            Type = order.Type,
            Size = order.Size switch
            {
                OrderSizeKind.Units => OrderSize.Units(order.Amount),
                OrderSizeKind.Cash => OrderSize.Cash(order.Amount),
                OrderSizeKind.Equity => OrderSize.Equity(order.Amount),
                OrderSizeKind.Risk => OrderSize.Risk(order.Amount),
                _ => OrderSize.Position,
            },
            LimitPrice = order.Limit,
            StopPrice = order.Stop,
            TrailBy = order.TrailBy,
            ReduceOnly = order.ReduceOnly,
            StopLoss = order.StopLoss,
            TakeProfit = order.TakeProfit,
            OcoGroup = order.OcoGroup,
            Note = order.Note,
        };
    }
}
