using OhlcvConnector.Trading;
using OhlcvConnector.Trading.Sqlite;

namespace OhlcvConnector.TradingTests.Paper;

/// <summary>A ledger in a folder of its own, and an account in it that is opened anew as often as a test likes.</summary>
internal sealed class PaperStage : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("paper");
    private readonly Func<PaperDefinition, IStrategy>? _strategies;

    public PaperStage(PaperDefinition? definition = null, Func<PaperDefinition, IStrategy>? strategies = null)
    {
        _strategies = strategies;
        Ledger = SqlitePaperLedger.Open(File, isSandbox: false);
        Record = Ledger.Create(definition ?? Definition());
        Account = PaperAccount.Open(Record, Ledger, _strategies);
    }

    public string File => Path.Combine(_folder.FullName, "paper.db");

    public SqlitePaperLedger Ledger { get; private set; }

    public PaperRecord Record { get; }

    public PaperAccount Account { get; private set; }

    public static PaperSeries Series(string symbol = "BTCUSDT", InstrumentRules? rules = null, bool omitsQuietCandles = false) =>
        new("binance", "spot", symbol, "1d", rules ?? InstrumentRules.None, omitsQuietCandles);

    public static PaperDefinition Definition(string? strategy = null, BrokerOptions? broker = null, params PaperSeries[] series) => new()
    {
        Name = "test",
        Strategy = strategy,
        Series = series.Length == 0 ? [Series()] : series,
        Broker = broker ?? new BrokerOptions(),
        StartMs = 0,
        WarmUp = 0,
    };

    /// <summary>The program ends and starts again.</summary>
    public void Restart()
    {
        Ledger.Dispose();
        Ledger = SqlitePaperLedger.Open(File, isSandbox: false);
        Account = PaperAccount.Open(Ledger.Accounts().Single(), Ledger, _strategies);
    }

    public void Take(IEnumerable<Candle> candles)
    {
        foreach (var candle in candles)
        {
            Account.Take([KeyValuePair.Create(0, candle)]);
        }
    }

    /// <summary>Places an order by hand at a day's beginning.</summary>
    public PaperReply Place(OrderRequest request, int day = 0, string? id = null) =>
        Account.Do(new PaperCommand(PaperCommandKind.Place) { Request = request, TimeMs = day * Bars.Day, Id = id }).Reply;

    public PaperReply Do(PaperCommandKind kind, decimal amount = 0, int order = 0, OrderRequest? request = null, string? reason = null) =>
        Account.Do(new PaperCommand(kind) { Amount = amount, Order = order, Request = request, Reason = reason }).Reply;

    public IReadOnlyList<PaperFill> Fills() => [.. Ledger.Fills(Record.Id).Reverse()];

    public void Dispose()
    {
        Ledger.Dispose();
        _folder.Delete(recursive: true);
    }
}
