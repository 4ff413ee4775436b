using OhlcvConnector.Application;
using OhlcvConnector.ConformanceTests.Delivery;
using OhlcvConnector.Domain;

namespace OhlcvConnector.ConformanceTests;

/// <summary>Reads a stage's series until each has so many closes and some candle was seen open, checking all the while.</summary>
internal static class Reading
{
    public static async Task<List<SeriesChecker>> ReadAsync(
        Stage stage, List<Series> series, int closes, Action<int>? onRead = null, Func<bool>? until = null, Action<PriceQuote>? onQuote = null)
    {
        var checkers = series.ToDictionary(one => one.VenueSymbol, one => new SeriesChecker(one.ToString(), stage.Access.Market.OmitsQuietCandles));
        var read = 0;
        try
        {
            var request = new StreamRequest { Exchange = stage.Exchange, Market = stage.Market, Symbols = [.. checkers.Keys] };
            await foreach (var quote in stage.Connector.StreamAsync(request, stage.Token))
            {
                checkers[quote.Series.VenueSymbol].Read(quote);
                onQuote?.Invoke(quote);
                onRead?.Invoke(++read);
                if (checkers.Values.All(checker => checker.Closed.Count >= closes) && checkers.Values.Any(
                    checker => checker.OpenUpdates > 0) && until?.Invoke() != false)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            var state = string.Join(", ", checkers.Select(pair => $"{pair.Key} {pair.Value.Closed.Count} closed {pair.Value.OpenUpdates} open"));
            throw new TimeoutException($"{state}\n{stage.Sandbox.Statistics}\n{string.Join('\n', stage.Log.Lines.TakeLast(20))}");
        }

        return [.. checkers.Values];
    }
}
