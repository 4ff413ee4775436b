using System.Text.Json;
using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>Holds what one client gets of one series against the promise, and against the sandbox's books.</summary>
internal sealed class CandleChecker(JsonElement first)
{
    private readonly string _exchange = first.Text("exchange")!;
    private readonly Market _market = MarketNames.Parse(first.Text("market")!);
    private readonly string _symbol = first.Text("venue_symbol")!;
    private readonly Interval _interval = Interval.Parse(first.Text("interval")!);
    private readonly List<JsonElement> _closed = [];
    private long? _sequence;

    public int Count => _closed.Count;

    public DateTimeOffset First => _closed[0].Time("open_time");

    public static CandleChecker Of(Dictionary<string, CandleChecker> checkers, JsonElement quote)
    {
        var symbol = quote.Text("symbol")!;
        if (!checkers.TryGetValue(symbol, out var checker))
        {
            checkers.Add(symbol, checker = new CandleChecker(quote));
        }

        return checker;
    }

    public void Read(JsonElement candle)
    {
        var open = candle.Time("open_time");
        if (_closed.Count > 0)
        {
            var next = _closed[^1].Time("close_time");
            if (candle.Flag("is_closed"))
            {
                open.ShouldBe(next, $"{_symbol}: each closed candle once, in order");
            }
            else
            {
                open.ShouldBeGreaterThanOrEqualTo(next, $"{_symbol}: no open update follows its own close");
            }
        }

        if (!candle.Flag("is_closed"))
        {
            return;
        }

        if (candle.GetProperty("seq").ValueKind == JsonValueKind.Number)
        {
            var sequence = candle.GetProperty("seq").GetInt64();
            if (_sequence is { } before)
            {
                sequence.ShouldBe(before + 1);
            }

            _sequence = sequence;
        }

        _closed.Add(candle);
    }

    public void CompareWith(SandboxServer sandbox)
    {
        var truth = sandbox.Candles(_exchange, _market, _symbol, _interval, First, _closed[^1].Time("close_time"));

        truth.Count.ShouldBe(_closed.Count, _symbol);
        foreach (var (candle, book) in _closed.Zip(truth))
        {
            candle.Time("open_time").ShouldBe(book.OpenTime);
            (candle.GetProperty("open").GetDecimal(), candle.GetProperty("high").GetDecimal(), candle.GetProperty("low").GetDecimal(),
                candle.GetProperty("close").GetDecimal())
                .ShouldBe((book.Open, book.High, book.Low, book.Close), $"{_symbol} {book.OpenTime:u}");
        }
    }
}
