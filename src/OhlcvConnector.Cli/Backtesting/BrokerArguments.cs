using System.CommandLine;
using OhlcvConnector.Configuration;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Cli.Backtesting;

/// <summary>Options of a command line that say what the simulated broker takes and allows.</summary>
internal sealed class BrokerArguments
{
    private readonly Option<decimal> _cash = NumberOption.Create(
        "--cash", 0.00000001m, decimal.MaxValue, 10_000m, "Money at the beginning; the coin of inverse contracts.");
    private readonly Option<string?> _fee = Share.Option("--fee", "Commission of market and stop orders: 0.1%. Default: 0.");
    private readonly Option<string?> _makerFee = Share.Option("--maker-fee", "Commission of limit orders. Default: that of --fee.");
    private readonly Option<string?> _spread = Share.Option("--spread", "Distance of bid and ask; market and stop orders pay half of it. Default: 0.");
    private readonly Option<string?> _slippage = Share.Option("--slippage", "Slippage of market and stop orders. Default: 0.");
    private readonly Option<string?> _volumeShare = Share.Option(
        "--volume-share", "Largest share of a candle's volume that an order fills. Default: no limit.");
    private readonly Option<string?> _funding = Share.Option("--funding", "Funding that longs pay every 8 hours. Default: 0.");
    private readonly Option<string?> _margin = Share.Option(
        "--maintenance-margin", "Share of the positions' value below which the equity liquidates them. Default: 0, never.");
    private readonly Option<decimal> _leverage = NumberOption.Create(
        "--leverage", 1m, 1_000m, 1m, "Value of positions that one unit of equity carries.");
    private readonly Option<bool> _wholeUnits = new("--whole-units") { Description = "Trade whole units." };
    private readonly Option<bool> _noShort = new("--no-short") { Description = "Reject orders that would open a short position." };
    private readonly Option<string> _path = ChoiceOption.Create("--path", "The way of the price within a candle:", ["worst-first", "nearest-first"]);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
            { _cash, _fee, _makerFee, _spread, _slippage, _volumeShare, _funding, _leverage, _margin, _wholeUnits, _noShort, _path })
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
}
