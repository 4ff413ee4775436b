using OhlcvConnector.Domain;

namespace OhlcvConnector.Application;

/// <summary>Reads the past: resolves what is meant, checks the range, and delivers each closed candle once, ascending.</summary>
/// <param name="instruments">The listings.</param>
/// <param name="history">The past.</param>
/// <param name="clock">The clock that candles are measured with.</param>
public sealed class FetchHistory(IInstrumentRepository instruments, IPriceHistoryRepository history, TimeProvider clock)
{
    private readonly ListInstruments _list = new(instruments);
    private readonly SymbolResolver _resolver = new(instruments);

    /// <summary>Resolves a request to its series and range, without reading.</summary>
    /// <exception cref="ArgumentException">The range ends before it starts, or starts in the future.</exception>
    /// <exception cref="UnsupportedIntervalException">The venue's history has no such interval.</exception>
    /// <exception cref="UnknownSymbolException">There is no such symbol.</exception>
    public async Task<(Series Series, DateTimeOffset From, DateTimeOffset To)> ResolveAsync(HistoryRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var exchange = _list.Exchange(request.Exchange);
        var now = clock.GetUtcNow();
        var to = request.To ?? now;
        if (request.From > now)
        {
            throw new ArgumentException($"The range starts in the future: {request.From.UtcDateTime:u} is after {now.UtcDateTime:u}.", nameof(request));
        }

        if (to <= request.From)
        {
            throw new ArgumentException($"The range ends before it starts: from {request.From.UtcDateTime:u} to {to.UtcDateTime:u}.", nameof(request));
        }

        var instrument = await _resolver.ResolveAsync(exchange, request.Market, request.Symbol, cancellationToken).ConfigureAwait(false);
        var supported = exchange.Markets.First(row => row.Market == instrument.Market).HistoryIntervals;
        return supported.Contains(request.Interval)
            ? (new Series(instrument, request.Interval, request.Symbol), request.From, to)
            : throw new UnsupportedIntervalException(exchange.Name, instrument.Market, request.Interval, supported);
    }

    /// <summary>The closed candles that open in the range, ascending; the open one last, if asked for. Reading starts with the first <c>MoveNextAsync</c>.</summary>
    public IAsyncEnumerable<PriceQuote> ReadAsync(HistoryRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Read(request, cancellationToken);
    }

    private async IAsyncEnumerable<PriceQuote> Read(
        HistoryRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (series, from, to) = await ResolveAsync(request, cancellationToken).ConfigureAwait(false);
        await foreach (var quote in history.ReadAsync(series, from, to, request.IncludeOpen, cancellationToken).ConfigureAwait(false))
        {
            yield return quote;
        }
    }
}
