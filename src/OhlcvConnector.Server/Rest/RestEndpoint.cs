using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OhlcvConnector.Application;
using OhlcvConnector.Application.Text;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Rest;

/// <summary>
/// For those who poll: <c>/v1/prices</c>, <c>/v1/candles</c>, <c>/v1/indicators</c>, <c>/v1/volume-profile</c>, <c>/v1/symbols</c> and <c>/v1/exchanges</c>.
/// </summary>
internal sealed partial class RestEndpoint(
    Hub hub, Connector connector, IInstrumentRepository instruments, HistoryDesk history, MarketClock clock, LatestPrices prices, ConnectionGate gate,
    RestGuard guard)
{
    /// <summary>The state of a symbol that trades.</summary>
    public const string Trading = "trading";

    private const int MaxPrices = 100;
    private const int MaxCandlesRead = 20_000;

    /// <summary>Adds the paths.</summary>
    public void Map(WebApplication application)
    {
        guard.Map(
            application,
            RestRoute.Prices,
            query => PricesAsync(query, query.Required("symbols").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
        guard.Map(application, RestRoute.Price, query => PricesAsync(query, [query.SymbolOfPath]));
        guard.Map(application, RestRoute.Candles, query => CandlesAsync(query, set: null));
        guard.Map(application, RestRoute.Indicators, query => CandlesAsync(query, ServedIndicators.Read(query.Required("with").Split(','), query.Interval)));
        guard.Map(application, RestRoute.IndicatorCatalog, CatalogAsync);
        guard.Map(application, RestRoute.VolumeProfile, VolumeProfileAsync);
        guard.Map(application, RestRoute.Symbols, SymbolsAsync);
        guard.Map(application, RestRoute.Exchanges, ExchangesAsync);
    }

    private async Task PricesAsync(RestQuery query, string[] symbols)
    {
        if (symbols.Length is 0 or > MaxPrices)
        {
            throw RestQuery.Bad($"'symbols' must name 1 to {MaxPrices} symbols, such as BTC/USDT,ETH/USDT.");
        }

        var request = new StreamRequest { Exchange = query.Exchange, Market = query.Market, Symbols = symbols };
        query.WaitsFor = $"the symbols of {request.Exchange}";
        var series = await hub.ResolveAsync(request, query.Token).ConfigureAwait(false);
        query.WaitsFor = $"the newest candles of {request.Exchange}";
        var found = await prices.ReadAsync(gate.AskerOf(query.Context), series, query.Token).ConfigureAwait(false);
        await AnswerAsync(
            query,
            new PricesAnswer { Exchange = series[0].Exchange, Prices = [.. found.Select(price => price.ToRow())] },
            string.Join('|', found.Select(price => price.Version))).ConfigureAwait(false);
    }

    private async Task CandlesAsync(RestQuery query, IndicatorSet? set)
    {
        var interval = query.Interval;
        var table = set is null ? query.Table : null;
        if (set is null)
        {
            query.Context.Response.Headers.Append("Vary", "Accept");
        }

        var limit = query.Whole(RestRoute.Limit);
        var to = query.To;
        var from = query.From ?? interval.Floor(to ?? hub.Now) - (interval.ApproximateLength * limit);
        var (gaps, unlisted) = (new List<MissingCandles>(), new List<MissingCandles>());
        var request = RequestOf(query, set is null || from > hub.Now || to <= from ? from : Earlier(set, interval, from), to) with
        {
            IncludeOpen = query.Truth(RestRoute.IncludeOpen),
            OnMissing = missing =>
                (missing.Kind == MissingKind.Gap ? gaps : unlisted)
                    .AddRange(missing.To > from ? [missing.From < from ? missing with { From = from } : missing] : []),
        };
        var series = await SeriesOfAsync(query, request, limit).ConfigureAwait(false);
        var (candles, quotes) = (new List<CandleRow>(), new List<PriceQuote>());
        var isComplete = true;
        try
        {
            await foreach (var quote in HistoryOf(query).ReadAsync(request, query.Token).ConfigureAwait(false))
            {
                var valued = set?.Take(quote);
                if (quote.OpenTime < from)
                {
                    continue; // of the indicators' alone
                }

                if (candles.Count + quotes.Count == limit)
                {
                    isComplete = false;
                    break;
                }

                if (table is null)
                {
                    candles.Add(Row(quote, set?.Columns, valued?.Values));
                }
                else
                {
                    quotes.Add(quote);
                }
            }
        }
        catch (OperationCanceledException) when (candles.Count + quotes.Count > 0 && !query.Context.RequestAborted.IsCancellationRequested)
        {
            isComplete = false; // what came in time is a beginning
        }

        if (table is not null)
        {
            await AnswerAsync(query, table, quotes, isComplete).ConfigureAwait(false);
            return;
        }

        var last = candles.Count == 0 ? null : candles[^1];
        await AnswerAsync(
            query,
            new CandlesAnswer
            {
                Exchange = series.Exchange,
                Market = series.Market.Name(),
                Symbol = request.Symbol,
                VenueSymbol = series.VenueSymbol,
                Interval = interval.ToString(),
                Complete = isComplete,
                NextFrom = isComplete ? null : last?.CloseTime,
                AgeSeconds = last is null ? null : Math.Max(0, Math.Round((decimal)(hub.Now - last.CloseTime).TotalSeconds, 3)),
                Candles = candles,
                Gaps = Rows(gaps),
                BeforeListing = unlisted.Count == 0 ? null : Rows(unlisted),
            },
            last is null
                ? "empty"
                : FormattableString.Invariant(
                    $"{candles[0].OpenTime:O} {candles.Count} {last.OpenTime:O} {last.Close} {last.Volume} {last.IsClosed}")).ConfigureAwait(false);
    }

    private async Task SymbolsAsync(RestQuery query)
    {
        query.WaitsFor = $"the symbols of {query.Exchange}";
        if (query.Truth(RestRoute.Again))
        {
            await ListAgainAsync(query).ConfigureAwait(false);
        }

        var listed = await connector.InstrumentsAsync(query.Exchange, query.Market, query.Text("filter"), query.Token).ConfigureAwait(false);
        await AnswerAsync(
            query,
            new SymbolsAnswer { Symbols = [.. listed.Select(Row)] },
            string.Join('|', listed.Select(instrument => instrument.VenueSymbol + instrument.IsTrading))).ConfigureAwait(false);
    }

    private static HistoryRequest RequestOf(RestQuery query, DateTimeOffset from, DateTimeOffset? to) => new()
    {
        Exchange = query.Exchange,
        Market = query.Market,
        Symbol = query.Required("symbol"),
        Interval = query.Interval,
        BuildInterval = query.Build,
        From = from,
        To = to,
        WaitForLate = false,
    };

    private FetchHistory HistoryOf(RestQuery query) => new(instruments, history.For(gate.AskerOf(query.Context)), clock.Clock);

    /// <summary>Finds the series of a request, and checks that not too much is read for so many candles of it.</summary>
    private async Task<Series> SeriesOfAsync(RestQuery query, HistoryRequest request, long most)
    {
        query.WaitsFor = $"the symbols of {request.Exchange}";
        var (series, _, _) = await HistoryOf(query).ResolveAsync(request, query.Token).ConfigureAwait(false);
        query.WaitsFor = $"the history of {series}";
        var parts = BuiltHistory.CountOfParts(series, hub.Exchanges, most);
        if (parts > MaxCandlesRead)
        {
            throw RestQuery.Bad($"This asks for {most} candles of {series.Interval}, for which {parts} are read; at most {MaxCandlesRead} are. Ask for fewer, or for a longer interval.");
        }

        return series;
    }

    private static CandleRow Row(PriceQuote quote, IReadOnlyList<string>? columns, IReadOnlyList<double>? values) => new()
    {
        OpenTime = quote.OpenTime,
        CloseTime = quote.CloseTime,
        Open = quote.Open,
        High = quote.High,
        Low = quote.Low,
        Close = quote.Close,
        Volume = quote.Volume,
        QuoteVolume = quote.QuoteVolume,
        Trades = quote.TradeCount,
        IsClosed = quote.IsClosed,
        EventTime = quote.EventTime,
        ReceivedAt = quote.ReceivedAt,
        Source = CandleFields.Name(quote.Source),
        FromArchive = quote.IsFromArchive ? true : null,
        BuyVolume = quote.BuyVolume,
        SellVolume = quote.SellVolume,
        Values = columns is null
            ? null
            : columns.Zip(values!).ToDictionary(pair => pair.First, pair => double.IsFinite(pair.Second) ? pair.Second : (double?)null),
    };

    /// <summary>What is answered of an instrument.</summary>
    public static SymbolRow Row(Instrument instrument) => new()
    {
        Exchange = instrument.Exchange,
        Market = instrument.Market.Name(),
        Symbol = instrument.Symbol,
        VenueSymbol = instrument.VenueSymbol,
        Base = instrument.BaseAsset,
        Quote = instrument.QuoteAsset,
        Settle = instrument.SettleAsset,
        Status = instrument.IsTrading ? Trading : "halted",
        ExchangeStatus = instrument.Status,
        ContractSize = instrument.ContractSize,
        TickSize = instrument.TickSize,
        LotSize = instrument.LotSize,
        ExpiresAt = instrument.ExpiresAt,
        ListedAt = instrument.ListedAt,
        Aliases = instrument.Aliases.Count == 0 ? null : instrument.Aliases,
    };

    private static IReadOnlyList<GapRow> Rows(List<MissingCandles> gaps) =>
        [.. gaps.Select(gap => new GapRow { From = gap.From, To = gap.To, Reason = gap.Reason })];

    /// <summary>Answers with an ETag of what the answer says, times of asking left out.</summary>
    private Task AnswerAsync(RestQuery query, RestAnswer answer, string version) =>
        IsKnown(query.Context, version) ? Task.CompletedTask : guard.WriteAsync(query.Context, StatusCodes.Status200OK, answer);

    /// <summary>Answers with a table; what JSON says beside the candles is in headers.</summary>
    private async Task AnswerAsync(RestQuery query, TableFormat format, List<PriceQuote> quotes, bool isComplete)
    {
        var response = query.Context.Response;
        response.Headers["X-Complete"] = isComplete ? "true" : "false";
        if (!isComplete && quotes.Count > 0)
        {
            response.Headers["X-Next-From"] = quotes[^1].CloseTime.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        }

        var version = quotes.Count == 0 ? "empty" : FormattableString.Invariant(
            $"{quotes[0].OpenTime:O} {quotes.Count} {quotes[^1].OpenTime:O} {quotes[^1].Close} {quotes[^1].Volume} {quotes[^1].IsClosed}");
        if (!IsKnown(query.Context, $"{format.Name} {version}"))
        {
            var body = await new CandleTable(quotes, guard.IsSandbox).WriteAsync(format, query.HasOldNames).ConfigureAwait(false);
            await guard.WriteAsync(query.Context, format.MediaType, body).ConfigureAwait(false);
        }
    }

    /// <summary>Tags the answer, and answers 304 when the asker has it already.</summary>
    private bool IsKnown(HttpContext context, string version)
    {
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(context.Request.QueryString + version)).AsSpan(0, 12))}\"";
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = "no-cache";
        if (context.Request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Contains(tag, StringComparer.Ordinal))
        {
            guard.Mark(context);
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return true;
        }

        return false;
    }
}
