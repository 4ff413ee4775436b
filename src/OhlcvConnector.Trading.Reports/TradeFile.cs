using System.Globalization;

namespace OhlcvConnector.Trading.Reports;

/// <summary>Writes the trades of a run as a file for other programs.</summary>
public static partial class TradeFile
{
    /// <summary>Writes them as CSV, numbers as they are.</summary>
    public static void WriteCsv(TextWriter writer, BacktestResult result)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(result);
        writer.WriteLine("series,side,quantity,entry_time,entry_price,exit_time,exit_price,fees,profit,return_percent,worst_percent,best_percent,reason");
        foreach (var trade in result.Trades)
        {
            writer.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Quoted(trade.Series.Name)},{Name(trade.Side)},{Exact(Math.Abs(trade.Quantity))},{Time(trade.EntryMs)},{Exact(trade.EntryPrice)},{Time(trade.ExitMs)},{Exact(trade.ExitPrice)},{Exact(trade.Fees)},{Exact(trade.Profit)},{Exact(trade.Return * 100)},{Exact(trade.WorstReturn * 100)},{Exact(trade.BestReturn * 100)},{Name(trade.Reason)}"));
        }
    }

    /// <summary>Word for a trade's direction.</summary>
    public static string Name(Side side) => side == Side.Buy ? "long" : "short";

    /// <summary>Word for why a trade was closed.</summary>
    public static string Name(FillReason reason) => reason switch
    {
        FillReason.StopLoss => "stop-loss",
        FillReason.TakeProfit => "take-profit",
        FillReason.Liquidation => "liquidation",
        FillReason.End => "end",
        _ => "order",
    };

    /// <summary>A cell of CSV: in quotes where it would read as more than one.</summary>
    private static string Quoted(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    private static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Exact(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);
}
