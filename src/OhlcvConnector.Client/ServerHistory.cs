using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using OhlcvConnector.Application.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>Reads the past from the server, page after page; what is not there yet is asked for again until the server has it or calls it missing.</summary>
internal sealed class ServerHistory(ServerRest rest, ServerClock clock, TimeProvider time)
{
    private const int CandlesInPage = 5_000;
    private static readonly TimeSpan LateEvery = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="IPriceHistoryRepository.ReadAsync"/>
    public async IAsyncEnumerable<PriceQuote> ReadAsync(
        Series series, DateTimeOffset from, DateTimeOffset to, bool includeOpen, Action<MissingCandles>? missing, bool waitForLate,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var interval = series.Interval;
        var end = to < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : to;
        var next = from < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : from;
        PriceQuote? open = null; // comes last, after those that are late
        while (next < end)
        {
            open = null;
            var page = await PageAsync(series, next, end, includeOpen, cancellationToken).ConfigureAwait(false);
            foreach (var (part, quote) in page.InOrder())
            {
                if (part is not null)
                {
                    missing?.Invoke(part);
                    next = part.To > next ? part.To : next;
                }
                else if (quote.IsClosed)
                {
                    yield return quote;
                    next = quote.CloseTime;
                }
                else
                {
                    open = quote;
                }
            }

            if (page.Next is { } following)
            {
                next = following > next ? following : next;
                continue;
            }

            var due = interval.Floor(next) < next ? interval.Next(interval.Floor(next)) : next;
            if (!waitForLate || due >= end || due >= open?.OpenTime || (open is null && interval.Next(due) > clock.GetUtcNow()))
            {
                break; // all that has ended is there, or nobody waits for the rest
            }

            await Task.Delay(LateEvery, time, cancellationToken).ConfigureAwait(false);
        }

        if (open is { } last)
        {
            yield return last;
        }
    }

    private async Task<Page> PageAsync(Series series, DateTimeOffset from, DateTimeOffset to, bool includeOpen, CancellationToken cancellationToken)
    {
        var path = string.Create(
            CultureInfo.InvariantCulture,
            $"v1/candles?exchange={Uri.EscapeDataString(series.Exchange)}&market={series.Market.Name()}&symbol={Uri.EscapeDataString(series.VenueSymbol)}&interval={series.Interval}"
            + $"&from={from.ToUnixTimeMilliseconds()}&to={to.ToUnixTimeMilliseconds()}&limit={CandlesInPage}{(includeOpen ? "&includeOpen=true" : "")}");
        try
        {
            using var answer = await rest.GetAsync(path, series.Exchange, cancellationToken).ConfigureAwait(false);
            var root = answer.RootElement;
            return new Page(
                [.. root.List("candles").Select(candle => CandleJson.Read(candle, series, CandleNames.Rest).Quote)],
                [.. Missing(root, "gaps", series, MissingKind.Gap).Concat(Missing(root, "beforeListing", series, MissingKind.BeforeListing)).OrderBy(part => part.From)],
                root.TimeOrNull("nextFrom"));
        }
        catch (Exception exception) when (exception is JsonException or InvalidQuoteException)
        {
            throw new ExchangeUnavailableException(
                series.Exchange, $"The connector server's candles of {series} could not be read: {exception.Message}", exception);
        }
        catch (ServerRefusalException exception)
        {
            throw new SubscriptionRejectedException(series, exception.Message);
        }
    }

    private static IEnumerable<MissingCandles> Missing(JsonElement root, string name, Series series, MissingKind kind) =>
        root.List(name).Select(part => new MissingCandles(series, part.Time("from"), part.Time("to"), part.TextOrNull("reason") ?? "", kind));

    /// <summary>Page of the past: one answer of the server.</summary>
    /// <param name="Candles">Ascending; an open one last.</param>
    /// <param name="Parts">The missing parts, ascending.</param>
    /// <param name="Next">The beginning of the next page; null when this is the last.</param>
    private sealed record Page(IReadOnlyList<PriceQuote> Candles, IReadOnlyList<MissingCandles> Parts, DateTimeOffset? Next)
    {
        /// <summary>
        /// Candles and missing parts, each part before the candle that follows it. Parts beyond a page that is not the last come with the next one.
        /// </summary>
        public IEnumerable<(MissingCandles? Part, PriceQuote Quote)> InOrder()
        {
            var told = 0;
            foreach (var quote in Candles)
            {
                for (; told < Parts.Count && Parts[told].From <= quote.OpenTime; told++)
                {
                    yield return (Parts[told], default);
                }

                yield return (null, quote);
            }

            for (; told < Parts.Count && Next is null; told++)
            {
                yield return (Parts[told], default);
            }
        }
    }
}
