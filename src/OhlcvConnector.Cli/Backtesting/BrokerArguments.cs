using System.CommandLine;
using System.Globalization;
using OhlcvConnector.Configuration;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Cli.Backtesting;

/// <summary>Options of a command line that say what the simulated broker takes and allows.</summary>
internal sealed class BrokerArguments
{
    private readonly Option<decimal> _cash = NumberOption.Create(
        "--cash", 0.00000001m, decimal.MaxValue, 10_000m, "Money at the beginning; the coin of inverse contracts.");
    private readonly Option<string?> _fee = Share.Option(
        "--fee", "Commission of market and stop orders: 0.1%. Default: the exchange's for accounts that trade little; of a file 0.");
    private readonly Option<string?> _makerFee = Share.Option("--maker-fee", "Commission of limit orders. Default: that of --fee, or the exchange's.");
    private readonly Option<string?> _spread = Share.Option("--spread", "Distance of bid and ask; market and stop orders pay half of it. Default: 0.");
    private readonly Option<string?> _slippage = Share.Option("--slippage", "Slippage of market and stop orders. Default: 0.");
    private readonly Option<string?> _slippageOfRange = Share.Option(
        "--slippage-of-range", "Slippage by volatility: so much of the candle's high less low, on top. Default: 0.");
    private readonly Option<string?> _slippageOfVolume = Share.Option(
        "--slippage-of-volume", "Slippage by volume: so much times the root of the share of the candle's volume, on top. Default: 0.");
    private readonly Option<string[]> _feeTier = new("--fee-tier")
    {
        Description = "Commissions from a value that was traded in thirty days: 1000000=0.08%/0.06%, market and limit orders. Can be given again.",
        HelpName = "from=taker/maker",
    };
    private readonly Option<decimal?> _tick = new("--tick") { Description = "Price step of the instruments. Default: the exchange's.", HelpName = "price" };
    private readonly Option<decimal?> _lot = new("--lot") { Description = "Quantity step of the instruments. Default: the exchange's.", HelpName = "quantity" };
    private readonly Option<decimal?> _minOrder = new("--min-order") { Description = "Smallest value of an order. Default: 0.", HelpName = "money" };
    private readonly Option<string?> _volumeShare = Share.Option(
        "--volume-share", "Largest share of a candle's volume that an order fills. Default: no limit.");
    private readonly Option<string?> _funding = Share.Option("--funding", "Funding that longs pay every 8 hours. Default: 0.");
    private readonly Option<string?> _margin = Share.Option(
        "--maintenance-margin", "Share of the positions' value below which the equity liquidates them. Default: 0, when nothing is left.");
    private readonly Option<decimal> _leverage = NumberOption.Create(
        "--leverage", 1m, 1_000m, 1m, "Value of positions that one unit of equity carries.");
    private readonly Option<bool> _wholeUnits = new("--whole-units") { Description = "Trade whole units." };
    private readonly Option<bool> _noShort = new("--no-short") { Description = "Reject orders that would open a short position." };
    private readonly Option<string> _path = ChoiceOption.Create("--path", "The way of the price within a candle:", ["worst-first", "nearest-first"]);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
            {
                _cash, _fee, _makerFee, _feeTier, _spread, _slippage, _slippageOfRange, _slippageOfVolume, _volumeShare, _funding, _leverage, _margin,
                _tick, _lot, _minOrder, _wholeUnits, _noShort, _path,
            })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads them.</summary>
    /// <exception cref="UsageException">One is no number.</exception>
    /// <exception cref="Domain.InvalidSettingException">One is out of its range.</exception>
    public BrokerOptions Read(ParseResult parsed)
    {
        var options = new BrokerOptions
        {
            Cash = parsed.GetValue(_cash),
            TakerFee = Share.Read(parsed, _fee) ?? 0,
            MakerFee = Share.Read(parsed, _makerFee),
            Spread = Share.Read(parsed, _spread) ?? 0,
            Slippage = Share.Read(parsed, _slippage) ?? 0,
            SlippageOfRange = Share.Read(parsed, _slippageOfRange) ?? 0,
            SlippageOfVolume = Share.Read(parsed, _slippageOfVolume) ?? 0,
            FeeTiers = [.. (parsed.GetValue(_feeTier) ?? []).Select(Tier)],
            MaxVolumeShare = Share.Read(parsed, _volumeShare),
            FundingRate = Share.Read(parsed, _funding) ?? 0,
            Leverage = parsed.GetValue(_leverage),
            MaintenanceMargin = Share.Read(parsed, _margin) ?? 0,
            WholeUnits = parsed.GetValue(_wholeUnits),
            AllowShort = !parsed.GetValue(_noShort),
            Path = parsed.GetRequiredValue(_path) == "nearest-first" ? CandlePath.NearestFirst : CandlePath.WorstFirst,
        };
        options.Check();
        return options;
    }

    /// <summary>Changes an instrument's rules to what the command line says, and the exchange's fees where it says nothing of them.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="rules">The instrument's rules.</param>
    /// <param name="venue">Fees of its exchange; null for none.</param>
    public InstrumentRules Rules(ParseResult parsed, InstrumentRules rules, (decimal Maker, decimal Taker)? venue = null)
    {
        foreach (var (option, value) in new[] { (_tick, parsed.GetValue(_tick)), (_lot, parsed.GetValue(_lot)), (_minOrder, parsed.GetValue(_minOrder)) })
        {
            if (value < 0)
            {
                throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {value}; it must be at least 0."));
            }
        }

        var isVenue = parsed.GetValue(_fee) is null;
        return rules with
        {
            TickSize = parsed.GetValue(_tick) ?? rules.TickSize,
            LotSize = parsed.GetValue(_lot) ?? rules.LotSize,
            MinNotional = parsed.GetValue(_minOrder) ?? rules.MinNotional,
            TakerFee = isVenue ? venue?.Taker : null,
            MakerFee = isVenue && parsed.GetValue(_makerFee) is null ? venue?.Maker : null,
        };
    }

    private static FeeTier Tier(string text)
    {
        var parts = text.Split('=', 2);
        var fees = parts.Length == 2 ? parts[1].Split('/') : [];
        return fees.Length is 1 or 2 && decimal.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var from)
            ? new FeeTier(from, Share.Read("--fee-tier", fees[0]), Share.Read("--fee-tier", fees[^1]))
            : throw new UsageException($"--fee-tier is '{text}'; write a value and two shares, as in 1000000=0.08%/0.06%.");
    }
}
