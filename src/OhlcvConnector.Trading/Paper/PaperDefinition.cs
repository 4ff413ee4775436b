using OhlcvConnector.Domain;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Trading;

/// <summary>A series that a paper account trades.</summary>
/// <param name="Exchange">The exchange.</param>
/// <param name="Market">The market's name, such as <c>spot</c>.</param>
/// <param name="Symbol">The symbol in the exchange's spelling.</param>
/// <param name="Interval">Length of its candles, such as <c>1m</c>.</param>
/// <param name="Rules">Rules of the instrument when the account was made.</param>
/// <param name="OmitsQuietCandles">True when the exchange has no candle where nothing traded.</param>
public sealed record PaperSeries(string Exchange, string Market, string Symbol, string Interval, InstrumentRules Rules, bool OmitsQuietCandles = false)
{
    /// <summary>Name, such as <c>binance spot BTCUSDT 1m</c>.</summary>
    public string Name => $"{Exchange} {Market} {Symbol} {Interval}";

    /// <summary>What is traded, as the exchange listed it when the account was made: rules ask for it; null in accounts of versions without rules.</summary>
    public Instrument? Instrument { get; init; }

    /// <summary>The series as rules know it.</summary>
    internal Series? Source => Instrument is null ? null : new Series(Instrument, Domain.Interval.Parse(Interval));
}

/// <summary>What a paper account is: simulated money that trades on live candles. Written once, when it is made.</summary>
public sealed record PaperDefinition
{
    /// <summary>Its name: letters, digits, dashes and underscores, at most 40.</summary>
    public required string Name { get; init; }

    /// <summary>The money's name, such as <c>USDT</c>.</summary>
    public string Currency { get; init; } = "USDT";

    /// <summary>
    /// Name of the strategy in <see cref="StrategyCatalog"/>, or <see cref="StrategyCatalog.Rules"/>; null for orders by hand alone.
    /// </summary>
    public string? Strategy { get; init; }

    /// <summary>The rules of the strategy <see cref="StrategyCatalog.Rules"/>, as they were when the account was made; null for every other.</summary>
    public NamedRules? Rules { get; init; }

    /// <summary>The strategy for people: its name, of rules with theirs; null for orders by hand alone.</summary>
    public string? StrategyText => Rules is null ? Strategy : $"{Strategy} {Rules.Name}";

    /// <summary>Parameters of the strategy that are not the defaults.</summary>
    public IReadOnlyDictionary<string, decimal> Settings { get; init; } = new Dictionary<string, decimal>();

    /// <summary>The series, which share the account.</summary>
    public required IReadOnlyList<PaperSeries> Series { get; init; }

    /// <summary>The broker, and the money at the beginning.</summary>
    public BrokerOptions Broker { get; init; } = new();

    /// <summary>Time from which it trades, Unix epoch milliseconds UTC.</summary>
    public required long StartMs { get; init; }

    /// <summary>Number of candles before that which warm indicators up.</summary>
    public int WarmUp { get; init; } = 500;

    /// <summary>SHA-256 of the secret with which hooks may order, in hexadecimal; null where none may.</summary>
    public string? HookHash { get; init; }

    /// <summary>True when its candles are simulated, too.</summary>
    public bool IsSandbox { get; init; }

    /// <summary>Makes the strategy; null where orders come by hand alone.</summary>
    /// <exception cref="InvalidSettingException">There is no such strategy, its settings are wrong, or its rules cannot be read.</exception>
    public IStrategy? CreateStrategy()
    {
        CheckRules();
        return Rules is null ? (Strategy is { } name ? StrategyCatalog.Find(name).Create(Settings) : null)
            : StrategyCatalog.OfRules(KeptRules.Read(Rules)).Create(Settings);
    }

    /// <summary>Checks the settings.</summary>
    /// <exception cref="InvalidSettingException">One is wrong; the message says what would be right.</exception>
    public void Check()
    {
        const int MostLetters = 40;
        const int MostCandles = 20_000;
        if (Name.Length is 0 or > MostLetters || !Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
        {
            throw new InvalidSettingException($"An account's name has 1 to {MostLetters} letters, digits, - and _; '{(Name.Length <= MostLetters ? Name : Name[..MostLetters] + "...")}' is none.");
        }

        if (Series.Count == 0)
        {
            throw new InvalidSettingException("Name at least one series, as in binance:BTCUSDT.");
        }

        if (Series.DistinctBy(one => one.Name).Count() < Series.Count)
        {
            throw new InvalidSettingException("A series is named twice.");
        }

        if (Series.DistinctBy(one => one.Interval).Count() > 1)
        {
            throw new InvalidSettingException("All series of an account have candles of one length.");
        }

        if (Series.Any(one => (one.Rules.InverseContractSize is null) != (Series[0].Rules.InverseContractSize is null)))
        {
            throw new InvalidSettingException("Coin-margined contracts are settled in their coins, and share no account with others.");
        }

        if (WarmUp is < 0 or > MostCandles)
        {
            throw new InvalidSettingException($"An account warms up by 0 to {MostCandles} candles.");
        }

        Broker.Check();
        CheckRules();
        if (Rules is not null)
        {
            RulesStrategy.Check(KeptRules.Read(Rules), Series.Select(one => (one.Name, one.Source)));
        }
    }

    private void CheckRules()
    {
        if ((Strategy == StrategyCatalog.Rules) != (Rules is not null))
        {
            throw new InvalidSettingException(
                Rules is null ? "Say by which rules the strategy 'rules' trades." : "Only the strategy 'rules' trades by rules.");
        }
    }
}
