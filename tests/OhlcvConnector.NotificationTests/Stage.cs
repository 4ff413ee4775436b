using OhlcvConnector.Application.Notifications;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.ArchiveTests;
using OhlcvConnector.Domain;
using OhlcvConnector.Notifications;

namespace OhlcvConnector.NotificationTests;

/// <summary>A notifier that runs on a file of a test.</summary>
internal sealed class Stage : IAsyncDisposable
{
    public const string Token = "123456789:AAGkz-QwErTyUiOpAsDfGhJkLzXcVbNm123";
    private readonly CancellationTokenSource _end = new();
    private readonly Task _running;

    public Stage(TestFolder folder, IReadOnlyList<NoticeRoute> routes, TimeProvider? clock = null)
    {
        Outbox = SqliteNoticeOutbox.Open(folder.File, clock);
        Notifier = new Notifier(Outbox, routes, TimeSpan.FromDays(30), clock ?? TimeProvider.System, new Random(1), words =>
        {
            lock (Troubles)
            {
                Troubles.Add(words);
            }
        });
        _running = Notifier.RunAsync(_end.Token);
    }

    public SqliteNoticeOutbox Outbox { get; }

    public Notifier Notifier { get; }

    public List<string> Troubles { get; } = [];

    public static NotificationSettings Settings(string json, params (string Name, string Value)[] variables) => NotificationSettings.Load(
        json, new NotificationSurroundings(name => variables.FirstOrDefault(one => one.Name == name).Value, TimeProvider.System, TextWriter.Null));

    public async Task<int> CountAsync(NoticeState state) => (await Outbox.ListAsync(state, 10_000)).Count;

    public async Task SettledAsync(int delivered, int dead = 0) => await Testing.Eventually.TrueAsync(
        () => CountAsync(NoticeState.Delivered).GetAwaiter().GetResult() == delivered && CountAsync(NoticeState.Dead).GetAwaiter().GetResult() == dead,
        $"{delivered} delivered, {dead} dead");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        _end.Dispose();
    }

    public static Notice Notice(string id = "one", NoticeKind kind = NoticeKind.Signal) => new()
    {
        Id = id,
        Kind = kind,
        Title = $"BTC/USDT 1h: quantum-cipher says long ({id})",
        Time = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero),
        Direction = NoticeDirection.Long,
        Strength = 71.5,
        Rule = "quantum-cipher",
        Price = 98083.84m,
        Series = Series,
        Fields = [new NoticeField("wavetrend (weight 0.4)", "-58.31"), new NoticeField("rsi:14 (weight 0.2)", "28.4")],
        IsSandbox = true,
    };

    public static Series Series { get; } = new(
        new Instrument { Exchange = "binance", Market = Market.Spot, VenueSymbol = "BTCUSDT", Symbol = "BTC/USDT", BaseAsset = "BTC", QuoteAsset = "USDT" },
        Interval.Parse("1h"));

    public static IReadOnlyList<PriceQuote> Candles(int count = 60)
    {
        var random = new Random(5);
        var first = new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
        var price = 96_000m;
        return [.. Enumerable.Range(0, count).Select(index =>
        {
            var open = price;
            price = decimal.Round(price + (decimal)((random.NextDouble() - 0.48) * 600), 2);
            return new PriceQuote(
                Series,
                new CandleValues
                {
                    OpenMs = first.AddHours(index).ToUnixTimeMilliseconds(),
                    Open = open,
                    High = Math.Max(open, price) + 55.5m,
                    Low = Math.Min(open, price) - 44.25m,
                    Close = price,
                    Volume = (decimal)(random.NextDouble() * 50),
                    IsClosed = true,
                },
                QuoteSource.Stream,
                first);
        })];
    }
}
