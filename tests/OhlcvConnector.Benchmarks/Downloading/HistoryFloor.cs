using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Benchmarks.Downloading;

/// <summary>
/// What a careful programmer writes for one venue with the framework's parts: <see cref="HttpClient"/> for one page after the other, <see cref="Utf8JsonReader"/>
/// over it, <see cref="Utf8Parser"/> for the numbers. It reads the same fields as the product, checks nothing, and keeps nothing.
/// </summary>
internal sealed class HistoryFloor(string venue, int port) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };

    /// <summary>Reads a range, and returns the number of its rows and the sum of their closes.</summary>
    public async Task<(long Rows, decimal Closes)> ReadAsync(long fromMs, long toMs)
    {
        var page = venue switch { "okx" => 300, "gateio" => 999, "hyperliquid" => 5000, _ => 1000 };
        var (rows, closes) = (0L, 0m);
        for (var atMs = fromMs; atMs < toMs; atMs += page * HistoryPages.MinuteMs)
        {
            var body = await PageAsync(atMs, Math.Min(toMs, atMs + (page * HistoryPages.MinuteMs)), page);
            var reader = new Utf8JsonReader(body);
            var candle = new CandleValues();
            while (reader.Read())
            {
                if (venue == "hyperliquid" ? reader.TokenType == JsonTokenType.StartObject && ReadObject(ref reader, ref candle)
                    : reader.TokenType == JsonTokenType.StartArray && ReadRow(ref reader, ref candle))
                {
                    rows++;
                    closes += candle.Close;
                }
            }
        }

        return (rows, closes);
    }

    public void Dispose() => _http.Dispose();

    private async Task<byte[]> PageAsync(long fromMs, long toMs, int page)
    {
        if (venue != "hyperliquid")
        {
            return await _http.GetByteArrayAsync(new Uri(Target(fromMs, toMs, page), UriKind.Relative));
        }

        var question = $$$"""{"type":"candleSnapshot","req":{"coin":"BTC","interval":"1m","startTime":{{{fromMs}}},"endTime":{{{toMs - 1}}}}}""";
        using var body = new StringContent(question, Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(new Uri("/info", UriKind.Relative), body);
        return await answer.Content.ReadAsByteArrayAsync();
    }

    private string Target(long fromMs, long toMs, int page) => venue switch
    {
        "okx" => FormattableString.Invariant($"/api/v5/market/history-candles?instId=BTC-USDT&bar=1m&before={fromMs - 1}&after={toMs}&limit={page}"),
        "bybit" => FormattableString.Invariant($"/v5/market/kline?category=spot&symbol=BTCUSDT&interval=1&start={fromMs}&end={toMs - 1}&limit={page}"),
        "gateio" => FormattableString.Invariant(
            $"/api/v4/spot/candlesticks?currency_pair=BTC_USDT&interval=1m&from={fromMs / 1000}&to={(toMs / 1000) - 1}"),
        _ => FormattableString.Invariant($"/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime={fromMs}&endTime={toMs - 1}&limit={page}"),
    };

    private bool ReadRow(ref Utf8JsonReader reader, ref CandleValues candle)
    {
        var (open, high, low, close, volume, quote) = venue == "gateio" ? (5, 3, 4, 2, 6, 1) : venue == "bybit" ? (1, 2, 3, 4, 5, 6) : (1, 2, 3, 4, 5, 7);
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            return ReadRow(ref reader, ref candle); // the rows' own array
        }

        if (reader.TokenType == JsonTokenType.EndArray)
        {
            return false;
        }

        for (var column = 0; reader.TokenType != JsonTokenType.EndArray; column++, reader.Read())
        {
            var value = reader.ValueSpan;
            if (column == 0)
            {
                candle.OpenMs = Integer(value);
            }
            else if (column == open)
            {
                candle.Open = Number(value);
            }
            else if (column == high)
            {
                candle.High = Number(value);
            }
            else if (column == low)
            {
                candle.Low = Number(value);
            }
            else if (column == close)
            {
                candle.Close = Number(value);
            }
            else if (column == volume)
            {
                candle.Volume = Number(value);
            }
            else if (column == quote)
            {
                candle.QuoteVolume = Number(value);
            }
            else if (venue == "binance" && column == 8)
            {
                candle.TradeCount = Integer(value);
            }
            else if (venue == "binance" && column == 9)
            {
                candle.BuyVolume = Number(value);
            }
        }

        return true;
    }

    private static bool ReadObject(ref Utf8JsonReader reader, ref CandleValues candle)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan[0];
            reader.Read();
            var value = reader.ValueSpan;
            switch (name)
            {
                case (byte)'t': candle.OpenMs = Integer(value); break;
                case (byte)'o': candle.Open = Number(value); break;
                case (byte)'h': candle.High = Number(value); break;
                case (byte)'l': candle.Low = Number(value); break;
                case (byte)'c': candle.Close = Number(value); break;
                case (byte)'v': candle.Volume = Number(value); break;
                case (byte)'n': candle.TradeCount = Integer(value); break;
                default: break;
            }
        }

        return true;
    }

    private static decimal Number(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out decimal value, out _) ? value : throw new FormatException("Not a number.");

    private static long Integer(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long value, out _) ? value : throw new FormatException("Not a number.");
}
