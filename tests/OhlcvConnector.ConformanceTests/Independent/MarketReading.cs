using System.Collections.Concurrent;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>All who read one market: one from three hours ago on, one live only, visitors who stay for a few minutes, and readers of history.</summary>
internal sealed class MarketReading(Verdict verdict, Connector connector, Func<Connector> another, int seed)
{
    private static readonly Interval FiveMinutes = Interval.Parse("5m");

    private readonly JudgedVenue _venue = verdict.Venue;
    private readonly ConcurrentBag<SeriesJudge> _lasting = [];

    /// <summary>From three hours ago: all symbols at 1m, the first at 5m.</summary>
    public Task StreamAsync(CancellationToken token)
    {
        var since = _venue.Clock.GetUtcNow().AddHours(-3);
        var onGrid = since.AddTicks(-(since.Ticks % TimeSpan.TicksPerMinute));
        return ReadAsync(
            [Request(_venue.Symbols, Interval.OneMinute) with { Since = onGrid }, Request([_venue.Symbols[0]], FiveMinutes) with { Since = since }],
            Judges("stream", _venue.Symbols.Select(symbol => (symbol, Books.Minute, onGrid)).Append((_venue.Symbols[0], 5 * Books.Minute, since))), token);
    }

    /// <summary>Closed ones of now, live only.</summary>
    public Task LiveAsync(CancellationToken token) => ReadAsync(
        [Request(_venue.Symbols, Interval.OneMinute) with { ClosedOnly = true }],
        Judges("live", _venue.Symbols.Select(symbol => (symbol, Books.Minute, DateTimeOffset.MinValue))), token);

    /// <summary>Somebody comes, asks for some past and the present, and leaves after three closes.</summary>
    public async Task VisitAsync(TimeSpan every, DateTimeOffset until, CancellationToken token)
    {
        var random = new Random(seed);
        while (await PauseAsync(every, until, random, token))
        {
            var symbol = _venue.Symbols[random.Next(_venue.Symbols.Count)];
            var since = _venue.Clock.GetUtcNow().AddSeconds(-random.Next(60, 60 * (random.Next(4) == 0 ? 5_500 : 900)));
            var isLive = random.Next(4) == 0;
            var judge = new SeriesJudge(verdict, "visitor", symbol, Books.Minute, isLive ? null : since.ToUnixTimeMilliseconds());
            var began = _venue.Clock.NowMs;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
            patience.CancelAfter(TimeSpan.FromMinutes(25) / _venue.Clock.Speed);
            var isNew = random.Next(4) == 0;
            var mine = isNew ? another() : connector;
            try
            {
                await foreach (var quote in mine.StreamAsync(Request([symbol], Interval.OneMinute) with { Since = isLive ? null : since }, patience.Token))
                {
                    judge.See(quote);
                    if (judge.LiveCloses == 3)
                    {
                        break;
                    }
                }

                verdict.SawVisit();
            }
            catch (OperationCanceledException) when (token.IsCancellationRequested)
            {
                return;
            }
            catch (OperationCanceledException)
            {
                verdict.Accuse(Offence.Stuck, "visitor", $"{symbol.Name} {(isLive ? "live" : $"since {since:dd'T'HH:mm:ss}")}: {judge.LiveCloses} live closes in 25 minutes", began, _venue.Clock.NowMs);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                Refused("visitor", symbol, exception, began);
            }
            finally
            {
                if (isNew)
                {
                    await mine.DisposeAsync();
                }
            }
        }
    }

    /// <summary>Ranges of the past, some days wide, some ending now.</summary>
    public async Task ReadHistoriesAsync(TimeSpan every, DateTimeOffset until, CancellationToken token)
    {
        var random = new Random(seed + 1);
        while (await PauseAsync(every, until, random, token))
        {
            var symbol = _venue.Symbols[random.Next(_venue.Symbols.Count)];
            var began = _venue.Clock.NowMs;
            var to = random.Next(3) == 0 ? began : began - random.Next(1, 3_000_000);
            var from = to - (random.Next(2, random.Next(3) == 0 ? 6_000 : 400) * Books.Minute);
            var judge = new SeriesJudge(verdict, $"history to {Verdict.Clock(to)}", symbol, Books.Minute, from);
            var request = new HistoryRequest
            {
                Exchange = _venue.Exchange,
                Market = _venue.Market,
                Symbol = symbol.Name,
                From = DateTimeOffset.FromUnixTimeMilliseconds(from),
                To = DateTimeOffset.FromUnixTimeMilliseconds(to),
            };
            try
            {
                try
                {
                    await foreach (var quote in connector.HistoryAsync(request, token))
                    {
                        judge.See(quote);
                    }
                }
                catch (OhlcvConnectorException exception) when (MissingAtTheEnd(exception) is not null)
                {
                    judge.SeeGap(MissingAtTheEnd(exception)!, _venue.Clock.NowMs);
                }

                judge.End(Math.Min(to, began - 120_000), Offence.SilentSkip);
                verdict.SawHistory();
            }
            catch (OperationCanceledException) when (token.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                Refused("history", symbol, exception, began);
            }
        }
    }

    /// <summary>Ends the lasting readings: what should have come by then and did not is lost.</summary>
    public void End(long settledMs)
    {
        foreach (var judge in _lasting)
        {
            judge.End(settledMs, Offence.Lost);
        }
    }

    /// <summary>What an <c>IncompleteHistoryException</c> says; found by name, so that versions without it can be judged, too.</summary>
    private static Gap? MissingAtTheEnd(OhlcvConnectorException exception)
    {
        var missing = exception.GetType().GetProperty("Missing")?.GetValue(exception);
        object? Value(string name) => missing?.GetType().GetProperty(name)?.GetValue(missing);
        return Value("From") is DateTimeOffset from && Value("To") is DateTimeOffset to ? new Gap(from, to, $"{Value("Reason")}") : null;
    }

    private Dictionary<(string, long), SeriesJudge> Judges(string reader, IEnumerable<(Listed Symbol, long LengthMs, DateTimeOffset Since)> series)
    {
        var judges = series.ToDictionary(
            entry => (entry.Symbol.Name, entry.LengthMs),
            entry => new SeriesJudge(
                verdict, reader, entry.Symbol, entry.LengthMs, entry.Since == DateTimeOffset.MinValue ? null : entry.Since.ToUnixTimeMilliseconds()));
        foreach (var judge in judges.Values)
        {
            _lasting.Add(judge);
        }

        return judges;
    }

    private async Task ReadAsync(StreamRequest[] requests, Dictionary<(string, long), SeriesJudge> judges, CancellationToken token)
    {
        var began = _venue.Clock.NowMs;
        try
        {
            await foreach (var quote in connector.StreamAsync(requests, token))
            {
                judges[(quote.Series.VenueSymbol, (long)quote.Interval.ApproximateLength.TotalMilliseconds)].See(quote);
            }

            verdict.Accuse(Offence.WrongEnd, "stream", "ended by itself", began, _venue.Clock.NowMs);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // the run is over
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            verdict.Accuse(Offence.WrongEnd, "stream", $"{exception.GetType().Name}: {exception.Message}", _venue.Clock.NowMs - 60_000, _venue.Clock.NowMs);
        }
    }

    /// <summary>An error that the documentation allows is counted when something was wrong at the time; any other is an offence.</summary>
    private void Refused(string reader, Listed symbol, Exception exception, long began)
    {
        var now = _venue.Clock.NowMs;
        var isAllowed = exception is ExchangeUnavailableException or UnknownSymbolException or SubscriptionRejectedException or SubscriptionLimitException
            && _venue.Faults.Between(began - 60_000, now).Any();
        if (exception is ArgumentException && _venue.Faults.Between(began - 60_000, now).Contains(FaultKind.LocalClockBehind))
        {
            isAllowed = true; // a range of the future, as far as the local clock knows
        }

        if (isAllowed)
        {
            verdict.Refusals.AddOrUpdate($"{reader} {exception.GetType().Name}", 1, (_, count) => count + 1);
            return;
        }

        verdict.Accuse(Offence.WrongEnd, reader, $"{symbol.Name}: {exception.GetType().Name}: {exception.Message}", began, now);
    }

    private StreamRequest Request(IReadOnlyList<Listed> symbols, Interval interval) =>
        new() { Exchange = _venue.Exchange, Market = _venue.Market, Symbols = [.. symbols.Select(symbol => symbol.Name)], Interval = interval };

    private async Task<bool> PauseAsync(TimeSpan every, DateTimeOffset until, Random random, CancellationToken token)
    {
        try
        {
            await _venue.Clock.DelayAsync(every * (0.5 + random.NextDouble()), token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        return _venue.Clock.GetUtcNow() < until;
    }
}
