using System.CommandLine;
using System.Globalization;
using OhlcvConnector.Cli.Backtesting;
using OhlcvConnector.Cli.PaperTrading;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;
using OhlcvConnector.Signals;
using OhlcvConnector.Trading;
using OhlcvConnector.Trading.Sqlite;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli paper run sma-cross binance:BTCUSDT ...</c>: trades on paper until it is stopped.</summary>
internal sealed class PaperRunCommand
{
    private const string Description = """
        Trades on paper, with simulated money on live candles, until it is stopped. Started again, it goes on where it was. A simulation, and no advice.

          connector-cli paper run sma-cross binance:BTCUSDT --interval 5m --set fast=10 --cash 10000 --fee 0.1% --account cross --db paper.db

          connector-cli paper run rules binance:BTCUSDT --rules signals.json --interval 1h

          connector-cli paper run --db paper.db        (goes on with all accounts of the file)
        """;

    private readonly Argument<string?> _strategy = new("strategy")
    {
        Description = "The strategy, as 'connector-cli backtest' lists them; 'manual' for none. Without it, the accounts of the file go on.",
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "strategy",
    };

    private readonly Argument<string[]> _series = new("series")
    {
        Description = "Series: exchange:symbol, exchange/market:symbol,symbol. They share the account.",
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "series",
    };

    private readonly Option<string> _account = new("--account")
    {
        Description = "The account's name. One that is there goes on. Default: the strategy's name.",
        HelpName = "name",
        DefaultValueFactory = _ => "",
    };

    private readonly Option<string[]> _set = new("--set") { Description = "A parameter of the strategy: fast=10. Can be given again.", HelpName = "name=value" };
    private readonly Option<string?> _rules = new("--rules")
    {
        Description = "The rules of the strategy 'rules', kept with the account: a file (signals.json), or a built-in set: " + string.Join(", ", BuiltInSets.Names) + ".",
        HelpName = "file or set",
    };

    private readonly Option<string?> _config = new("--config")
    {
        Description = "A trading_config.json: accounts of its section 'paper' that are not there are made.",
        HelpName = "file",
    };

    private readonly Option<string?> _market = CommonOptions.Market();
    private readonly Option<string?> _interval = CommonOptions.Interval();
    private readonly Option<decimal> _cash = NumberOption.Create("--cash", 0.00000001m, decimal.MaxValue, 10_000m, "Money at the beginning.");
    private readonly Option<string> _currency = new("--currency") { Description = "The money's name. Default: USDT.", HelpName = "name", DefaultValueFactory = _ => "USDT" };
    private readonly Option<string?> _fee = Share.Option("--fee", "Commission of market and stop orders. Default: 0.1%.");
    private readonly Option<string?> _makerFee = Share.Option("--maker-fee", "Commission of limit orders. Default: that of --fee.");
    private readonly Option<string?> _spread = Share.Option("--spread", "Distance of bid and ask. Default: 0.");
    private readonly Option<string?> _slippage = Share.Option("--slippage", "Slippage of market and stop orders. Default: 0.");
    private readonly Option<decimal> _leverage = NumberOption.Create("--leverage", 1m, 1_000m, 1m, "Value of positions that one unit of equity carries.");
    private readonly Option<bool> _noShort = new("--no-short") { Description = "Reject orders that would open a short position." };
    private readonly Option<string?> _dailyLoss = Share.Option("--daily-loss", "Loss of a day (UTC) that ends its trading: 5%. Default: none.");
    private readonly Option<int> _warmUp = NumberOption.Create("--warm-up", 0, 20_000, 500, "Candles before the start that warm indicators up.");
    private readonly Option<string> _output = CommonOptions.Output(CommonOptions.Text, CommonOptions.Json);
    private readonly Session.Options _session = new();
    private readonly Option<string> _file;
    private readonly CliTerminal _terminal;

    private PaperRunCommand(CliTerminal terminal, Option<string> file) => (_terminal, _file) = (terminal, file);

    /// <summary>Creates the command.</summary>
    public static Command Create(CliTerminal terminal, Option<string> file)
    {
        var self = new PaperRunCommand(terminal, file);
        self._strategy.CompletionSources.Add([.. StrategyCatalog.All.Select(kind => kind.Name), StrategyCatalog.Rules]);
        var command = new Command("run", Description)
        {
            self._strategy, self._series, self._account, self._rules, self._config, self._set, self._market, self._interval, self._cash, self._currency,
            self._fee, self._makerFee, self._spread, self._slippage, self._leverage, self._noShort, self._dailyLoss, self._warmUp, self._output,
        };
        self._session.AddTo(command);
        command.SetAction(self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var strategy = parsed.GetValue(_strategy);
        var rules = parsed.GetValue(_rules) is { } source ? RulesSource.Read(source) : null;
        if (strategy is not null)
        {
            _ = Bare(parsed, strategy, rules).CreateStrategy(); // what is wrong with it is told before anything is asked
        }

        var config = ReadConfig(parsed);
        await using var open = await Session.OpenAsync(_terminal, parsed, _session, exchange: null, cancellationToken, isPatient: true).ConfigureAwait(false);
        using var ledger = SqlitePaperLedger.Open(parsed.GetRequiredValue(_file), open.IsSimulated);
        var markets = new PaperMarkets(open.Instruments, open.Connector, open.MarketClock);
        var known = ledger.Accounts();
        if (config is not null)
        {
            await AddAsync(config.PaperAccounts, open, markets, ledger, cancellationToken).ConfigureAwait(false);
        }
        else if (strategy is not null)
        {
            Add(parsed, await DefineAsync(parsed, Bare(parsed, strategy, rules), open, markets, cancellationToken).ConfigureAwait(false), ledger);
        }
        else if (Given(parsed) is { Count: > 0 } given)
        {
            throw new UsageException($"{string.Join(", ", given)}: that is of a new account, and none is made without a strategy. The accounts of the file go on as they were made.");
        }
        else if (known.Count == 0)
        {
            throw new UsageException($"{parsed.GetRequiredValue(_file)} has no account. Name a strategy and series, as in: paper run sma-cross binance:BTCUSDT.");
        }

        var lines = new PaperLines(_terminal, open.IsSimulated, parsed.GetRequiredValue(_output) == CommonOptions.Json);
        lines.Begin(ledger.Accounts());
        await new PaperDesk(ledger, markets.Stream, open.MarketClock, _terminal.Clock)
        {
            OnChange = lines.Write,
            OnTrouble = lines.Trouble,
        }.RunAsync(cancellationToken).ConfigureAwait(false);
        return ExitCode.Done;
    }

    private TradingConfig? ReadConfig(ParseResult parsed)
    {
        if (parsed.GetValue(_config) is not { } file)
        {
            return null;
        }

        if (parsed.GetValue(_strategy) is not null || Given(parsed).Count > 0)
        {
            throw new UsageException("With --config its file says what the accounts are. Leave strategy, series and their options out.");
        }

        var text = File.Exists(file) ? File.ReadAllBytes(file) : throw new UsageException($"--config is '{file}', and there is no such file.");
        var config = TradingConfig.TryRead(text, out var mistakes)
            ?? throw new UsageException($"{file}: {string.Join(Environment.NewLine, mistakes)}");
        return config.PaperAccounts.Count > 0 ? config : throw new UsageException($"{file} has no accounts in its section 'paper'.");
    }

    private static async Task AddAsync(
        IReadOnlyList<PaperWish> wishes, Session open, PaperMarkets markets, SqlitePaperLedger ledger, CancellationToken cancellationToken)
    {
        foreach (var wish in wishes)
        {
            var series = await markets.FindAsync(wish, cancellationToken).ConfigureAwait(false);
            var wished = PaperWishes.Define(wish, series, open.MarketClock.GetUtcNow(), open.IsSimulated);
            if (Find(ledger, wish.Name) is { } known)
            {
                PaperWishes.CheckSame(wished, known);
                continue;
            }

            _ = wished.CreateStrategy();
            ledger.Create(wished);
        }
    }

    private static PaperDefinition? Find(SqlitePaperLedger ledger, string name) =>
        ledger.Accounts().FirstOrDefault(one => one.Definition.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Definition;

    private void Add(ParseResult parsed, PaperDefinition wanted, SqlitePaperLedger ledger)
    {
        if (Find(ledger, wanted.Name) is { } known)
        {
            CheckSame(parsed, wanted, known); // it goes on as it was made
            return;
        }

        ledger.Create(wanted);
    }

    /// <summary>The account before its exchange was asked.</summary>
    private PaperDefinition Bare(ParseResult parsed, string strategy, NamedRules? rules) => new()
    {
        Name = parsed.GetRequiredValue(_account) is { Length: > 0 } given ? given : strategy,
        Currency = parsed.GetRequiredValue(_currency),
        Strategy = strategy == "manual" ? null : strategy,
        Rules = rules,
        Settings = Settings(parsed),
        Series = [],
        StartMs = 0,
        WarmUp = parsed.GetValue(_warmUp),
    };

    private async Task<PaperDefinition> DefineAsync(
        ParseResult parsed, PaperDefinition bare, Session open, PaperMarkets markets, CancellationToken cancellationToken)
    {
        var interval = CommonOptions.ReadInterval(parsed.GetValue(_interval)) ?? Interval.OneMinute;
        var series = new List<PaperSeries>();
        foreach (var target in SeriesTarget.ParseAll(parsed.GetValue(_series) ?? [], CommonOptions.ReadMarket(parsed.GetValue(_market))))
        {
            series.AddRange(await markets.FindAsync(target.Exchange, target.Market, [target.Symbol], interval, cancellationToken).ConfigureAwait(false));
        }

        return bare with
        {
            Series = series,
            Broker = new BrokerOptions
            {
                Cash = parsed.GetValue(_cash),
                TakerFee = Share.Read(parsed, _fee) ?? 0.001m,
                MakerFee = Share.Read(parsed, _makerFee),
                Spread = Share.Read(parsed, _spread) ?? 0,
                Slippage = Share.Read(parsed, _slippage) ?? 0,
                Leverage = parsed.GetValue(_leverage),
                AllowShort = !parsed.GetValue(_noShort),
                DailyLossLimit = Share.Read(parsed, _dailyLoss),
                MaxOrdersPerCandle = 1_000,
            },
            StartMs = open.MarketClock.GetUtcNow().ToUnixTimeMilliseconds(),
            IsSandbox = open.IsSimulated,
        };
    }

    /// <summary>Refuses what is asked of an account otherwise than it was made: it would be read and ignored.</summary>
    private void CheckSame(ParseResult parsed, PaperDefinition wanted, PaperDefinition known)
    {
        if (wanted.Strategy != known.Strategy)
        {
            throw new UsageException(
                $"The account {known.Name} trades {known.Strategy ?? "by hand"}. Name another with --account, or close it: paper close {known.Name}.");
        }

        var (asked, made) = (wanted.Broker, known.Broker);
        var isSameSeries = wanted.Series.Select(one => one.Name).ToHashSet().SetEquals(known.Series.Select(one => one.Name));
        var isSameLength = isSameSeries || (wanted.Series.Count == 0 && known.Series.All(one => one.Interval == parsed.GetValue(_interval)));
        (Symbol Asked, bool IsSame)[] all =
        [
            (_series, isSameSeries), (_market, isSameSeries), (_interval, isSameLength),
            (_rules, wanted.Rules?.IsSameAs(known.Rules) ?? known.Rules is null),
            (_set, wanted.Settings.ToHashSet().SetEquals(known.Settings)),
            (_cash, asked.Cash == made.Cash), (_currency, wanted.Currency == known.Currency), (_fee, asked.TakerFee == made.TakerFee),
            (_makerFee, asked.MakerFee == made.MakerFee), (_spread, asked.Spread == made.Spread), (_slippage, asked.Slippage == made.Slippage),
            (_leverage, asked.Leverage == made.Leverage), (_noShort, asked.AllowShort == made.AllowShort),
            (_dailyLoss, asked.DailyLossLimit == made.DailyLossLimit), (_warmUp, wanted.WarmUp == known.WarmUp),
        ];
        var given = Given(parsed);
        var other = all.Where(one => !one.IsSame && given.Contains(NameOf(one.Asked))).Select(one => NameOf(one.Asked)).ToList();
        if (other.Count > 0)
        {
            throw new UsageException(
                $"The account {known.Name} was made with another {string.Join(", ", other)}, and goes on as it was made. Leave that out, name a new account with --account, or close this one: paper close {known.Name}.");
        }
    }

    /// <summary>Names of what was said of an account on the command line.</summary>
    private List<string> Given(ParseResult parsed)
    {
        Option[] options =
            [_rules, _set, _market, _interval, _cash, _currency, _fee, _makerFee, _spread, _slippage, _leverage, _noShort, _dailyLoss, _warmUp];
        return
        [
            .. (parsed.GetValue(_series) ?? []).Length > 0 ? [NameOf(_series)] : Array.Empty<string>(),
            .. options.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(NameOf),
        ];
    }

    private static string NameOf(Symbol symbol) => symbol is Argument ? $"<{symbol.Name}>" : symbol.Name;

    private Dictionary<string, decimal> Settings(ParseResult parsed)
    {
        var settings = new Dictionary<string, decimal>();
        foreach (var text in parsed.GetValue(_set) ?? [])
        {
            settings[text.Split('=')[0]] = text.Split('=') is [_, var value]
                && decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new UsageException($"--set is '{text}'; write name=value, as in fast=10.");
        }

        return settings;
    }
}
