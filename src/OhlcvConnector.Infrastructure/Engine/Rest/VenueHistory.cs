using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Rest;

/// <summary>The history of any market: single answers, and walks through ranges, which readers of the past and streams that lack closes share.</summary>
internal sealed partial class VenueHistory(VenueAccess access, VenueRest rest)
{
    /// <summary>Readings of more candles take their time.</summary>
    private const int MaxShort = 1_000;

    private readonly SeriesTable _noSeries = new(access.Market);
    private readonly ILogger _logger = access.Loggers.CreateLogger<VenueHistory>();

    /// <summary>A walk through a range of a series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="rules">The rules of the walk.</param>
    /// <param name="answered">Told of each answer; null for nobody.</param>
    public HistoryWalk Walk(Series series, HistoryWalkRules rules, Action? answered = null)
    {
        return new HistoryWalk(access, series, AskAsync, rules);

        async Task<HistoryAnswer> AskAsync(long fromMs, long toMs, CancellationToken cancellationToken)
        {
            var answer = await this.AskAsync(series, fromMs, toMs, cancellationToken, rules.Urgency).ConfigureAwait(false);
            answered?.Invoke();
            return answer;
        }
    }

    /// <summary>
    /// The candles that open in the range and had closed when it was asked for, ascending; then the open one, if asked for. What is missing is told before the
    /// candle that follows it, or at the end.
    /// </summary>
    public async IAsyncEnumerable<PriceQuote> ReadAsync(
        Series series, DateTimeOffset from, DateTimeOffset to, bool includeOpen, Action<MissingCandles>? missing, bool waitForLate,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var toMs = to.ToUnixTimeMilliseconds();
        var isLong = series.Interval.CountBetween(from.ToUnixTimeMilliseconds(), Math.Min(toMs, access.Clock.NowMs)) > MaxShort;
        var rules = HistoryWalkRules.OfPast(access.Market, waitForLate, isLong ? RestUrgency.Bulk : RestUrgency.Short);
        var ahead = new PagesAhead(
            access, series.Interval, isLong ? Math.Min(toMs, access.Clock.NowMs) : 0,
            (fromMs, endMs, place, isAhead, token) => AskAsync(series, fromMs, endMs, token, rules.Urgency, place, isAhead));
        await using var asking = ahead.ConfigureAwait(false);
        var walk = new HistoryWalk(access, series, ahead.AskAsync, rules);
        await foreach (var piece in walk.WalkAsync(from.ToUnixTimeMilliseconds(), toMs, cancellationToken).ConfigureAwait(false))
        {
            if (piece.Kind == HistoryPieceKind.Unsettled)
            {
                break; // it is not there yet, nor is what follows
            }

            for (var i = 0; i < piece.Candles.Count; i++)
            {
                yield return piece.Candles.Array![piece.Candles.Offset + i];
            }

            ahead.TakeBack(piece.Candles, walk.AtMs);
            if (piece.Kind != HistoryPieceKind.Candles)
            {
                var kind = piece.Kind == HistoryPieceKind.BeforeListing ? MissingKind.BeforeListing : MissingKind.Gap;
                missing?.Invoke(new MissingCandles(
                    series, DateTimeOffset.FromUnixTimeMilliseconds(piece.FromMs), DateTimeOffset.FromUnixTimeMilliseconds(piece.ToMs), piece.Reason, kind));
            }
        }

        var nowMs = access.Clock.NowMs;
        if (includeOpen && walk.AtMs < Math.Min(toMs, nowMs + 1))
        {
            var answer = await AskAsync(series, walk.AtMs, Math.Min(toMs, nowMs + 1), cancellationToken, RestUrgency.Short).ConfigureAwait(false);
            var open = waitForLate ? answer.Candles.FirstOrDefault() : answer.Candles.LastOrDefault();
            if (open.Series is not null && !open.IsClosed)
            {
                yield return open; // else that one ended meanwhile, and may still change
            }
        }
    }

    /// <summary>Asks once for the candles that open in <c>[fromMs, toMs)</c>; a refusal is an answer, too.</summary>
    /// <param name="series">The series.</param>
    /// <param name="fromMs">The begin of the range.</param>
    /// <param name="toMs">Its exclusive end.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <param name="urgency">The urgency: what the request may take of the budget.</param>
    /// <param name="place">The place for the candles; null for one of its own.</param>
    /// <param name="isAhead">True when it is asked beside another page: a ban that falls on both is one.</param>
    /// <exception cref="ExchangeUnavailableException">No usable answer after all attempts.</exception>
    public async Task<HistoryAnswer> AskAsync(
        Series series, long fromMs, long toMs, CancellationToken cancellationToken, RestUrgency urgency = RestUrgency.Live, PriceQuote[]? place = null,
        bool isAhead = false)
    {
        var batch = new QuoteBatch(_noSeries, place: place);
        var request = access.Venue.HistoryPage(access.Market, series, fromMs, toMs, access.Clock.NowMs);
        var (reply, venueNowMs) = await rest.SendAsync(request, Decode, series, cancellationToken, urgency, isAhead).ConfigureAwait(false);
        var coversToMs = Math.Min(request.CoversToMs, toMs);
        if (reply.Outcome == RestOutcome.Refused)
        {
            return HistoryAnswer.Refusing(series, fromMs, coversToMs, reply.Text);
        }

        if (batch.Refused > 0)
        {
            access.Counters.RefusedCandles(batch.Refused);
            LogRefused(_logger, series.ToString(), HistoryShelf.Words([.. batch.RefusedRows.Select(row => row.Rule)]));
        }

        return HistoryAnswer.Of(series, batch, fromMs, coversToMs, venueNowMs, access.MarketClock.GetTimestamp());

        RestReply Decode(in RestAnswer answer, long nowMs)
        {
            batch.Reset(QuoteSource.History, access.MarketClock.GetUtcNow(), nowMs);
            return access.Venue.TryDecodeHistory(access.Market, series, answer, batch);
        }
    }

    [LoggerMessage(ConnectorEventIds.CandleRefused, LogLevel.Information, "History of {Series}: {Rows}")]
    private static partial void LogRefused(ILogger logger, string series, string rows);
}
