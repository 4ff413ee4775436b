using System.Net;
using System.Text.Json;
using OhlcvConnector.Application.Prices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Prices.CoinGecko;

/// <summary>
/// Prices from a CoinGecko-like service, polled: <c>GET /coins/markets?vs_currency=usd&amp;symbols=btc,eth</c>. It gives names, market capitalization and what
/// is said of the day, in dollars, euros and other money, but not in dollar coins. Of several coins with one symbol the one with the best rank is meant.
/// </summary>
public sealed class CoinGeckoPrices : IPriceProvider, IDisposable
{
    /// <summary>Its name.</summary>
    public const string ProviderName = "coingecko";

    private const int PerRequest = 100;
    private const int MaxAnswer = 8 * 1024 * 1024;
    private static readonly string[] Money =
        ["USD", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD", "CNY", "INR", "KRW", "BRL", "MXN", "TRY", "PLN", "SEK", "NOK", "DKK", "CZK", "HUF", "ZAR", "SGD", "HKD"];
    private static readonly TimeSpan AfterLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromMinutes(10); // a key that is wrong, or without credits, is not right a second later

    private readonly CoinGeckoOptions _options;
    private readonly HttpClient _http;

    /// <summary>Creates the source; nothing is asked before somebody asks it.</summary>
    /// <param name="options">Where it is; null for the public service without a key.</param>
    public CoinGeckoPrices(CoinGeckoOptions? options = null)
    {
        _options = options ?? new CoinGeckoOptions();
        _http = new HttpClient { Timeout = _options.Timeout, MaxResponseContentBufferSize = MaxAnswer };
        _http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("OhlcvConnector");
        if (_options.Key is { } key)
        {
            var isPro = _options.Address.Host.StartsWith("pro-", StringComparison.OrdinalIgnoreCase);
            _http.DefaultRequestHeaders.TryAddWithoutValidation(isPro ? "x-cg-pro-api-key" : "x-cg-demo-api-key", key);
        }
    }

    /// <inheritdoc/>
    public string Name => ProviderName;

    /// <inheritdoc/>
    public PriceDelivery Delivery => PriceDelivery.Poll;

    /// <inheritdoc/>
    public PriceFields Gives => PriceFields.Name | PriceFields.MarketCap | PriceFields.Day | PriceFields.Volume | PriceFields.Hours;

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<PriceRequest, AssetPrice?>> ReadAsync(
        IReadOnlyCollection<PriceRequest> requests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        var found = new Dictionary<PriceRequest, AssetPrice?>();
        foreach (var request in requests)
        {
            found[request] = null;
        }

        var asked = requests.Where(request => Money.Contains(CurrencyOf(request)) && request.Symbol.All(char.IsAsciiLetterOrDigit));
        foreach (var group in asked.GroupBy(CurrencyOf))
        {
            foreach (var part in group.Chunk(PerRequest))
            {
                var rows = await AskAsync(group.Key, part, cancellationToken).ConfigureAwait(false);
                foreach (var request in part)
                {
                    found[request] = rows.GetValueOrDefault(request.Symbol);
                }
            }
        }

        return found;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static string CurrencyOf(PriceRequest request) => request.Quote ?? "USD";

    private async Task<Dictionary<string, AssetPrice>> AskAsync(string currency, PriceRequest[] requests, CancellationToken cancellationToken)
    {
        var symbols = string.Join(',', requests.Select(request => request.Symbol.ToLowerInvariant()).Distinct());
        var address = new Uri(
            $"{_options.Address.ToString().TrimEnd('/')}/coins/markets?vs_currency={currency.ToLowerInvariant()}&symbols={symbols}&include_tokens=top&per_page=250&sparkline=true");
        using var answer = await _http.GetAsync(address, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            throw Problem(answer);
        }

        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var document = JsonDocument.Parse(body);
            return CoinGeckoRows.Read(document.RootElement, currency, Name, _options.IsSandbox);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new PriceProviderException(Name, $"its answer cannot be read: {exception.Message}", innerException: exception);
        }
    }

    private PriceProviderException Problem(HttpResponseMessage answer)
    {
        var wait = answer.Headers.RetryAfter?.Delta;
        return answer.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => new PriceProviderException(Name, "it is asked too often.", wait ?? AfterLimit),
            HttpStatusCode.Unauthorized or HttpStatusCode.PaymentRequired or HttpStatusCode.Forbidden => new PriceProviderException(
                Name, $"it refuses (HTTP {(int)answer.StatusCode}): the key is missing, wrong or without credits.", wait ?? AfterRefusal),
            _ => new PriceProviderException(Name, $"HTTP {(int)answer.StatusCode}.", wait),
        };
    }
}
