using OhlcvConnector.Domain;
using OhlcvConnector.Signals;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Configuration;

/// <summary>What a wish for a paper account means, and whether an account is what it wishes for.</summary>
public static class PaperWishes
{
    /// <summary>Length of candles where none is said.</summary>
    public const string UsualInterval = "1m";

    private const decimal UsualFee = 0.001m;
    private const int MostOrdersPerCandle = 1_000;

    /// <summary>Defines an account.</summary>
    /// <param name="wish">What is wished for.</param>
    /// <param name="series">The series of its symbols.</param>
    /// <param name="start">Time from which it trades.</param>
    /// <param name="isSandbox">Whether the markets are simulated.</param>
    public static PaperDefinition Define(PaperWish wish, IReadOnlyList<PaperSeries> series, DateTimeOffset start, bool isSandbox)
    {
        ArgumentNullException.ThrowIfNull(wish);
        var usual = new PaperDefinition { Name = wish.Name, Series = series, StartMs = start.ToUnixTimeMilliseconds() };
        return usual with
        {
            Currency = wish.Currency ?? usual.Currency,
            Strategy = wish.Strategy,
            Rules = wish.Rules,
            Settings = wish.Settings ?? usual.Settings,
            Broker = usual.Broker with
            {
                Cash = wish.Cash ?? usual.Broker.Cash,
                TakerFee = wish.TakerFee ?? UsualFee,
                MakerFee = wish.MakerFee,
                Spread = wish.Spread ?? 0,
                Slippage = wish.Slippage ?? 0,
                Leverage = wish.Leverage ?? 1,
                MaintenanceMargin = wish.MaintenanceMargin ?? 0,
                AllowShort = wish.AllowShort ?? true,
                DailyLossLimit = wish.DailyLossLimit,
                MaxOrdersPerCandle = MostOrdersPerCandle,
            },
            WarmUp = wish.WarmUp ?? usual.WarmUp,
            IsSandbox = isSandbox,
        };
    }

    /// <summary>Names what is wished for otherwise than an account was made; empty where it is what is wished for.</summary>
    /// <param name="wished">The definition of the wish.</param>
    /// <param name="made">That of the account.</param>
    public static IReadOnlyList<string> Differences(PaperDefinition wished, PaperDefinition made)
    {
        ArgumentNullException.ThrowIfNull(wished);
        ArgumentNullException.ThrowIfNull(made);
        var (want, have) = (wished.Broker, made.Broker);
        (string Name, bool IsSame)[] all =
        [
            ("exchange, market, symbols or interval", wished.Series.Select(one => one.Name).ToHashSet().SetEquals(made.Series.Select(one => one.Name))),
            ("strategy", string.Equals(wished.Strategy, made.Strategy, StringComparison.OrdinalIgnoreCase)),
            ("rules", wished.Rules?.IsSameAs(made.Rules) ?? made.Rules is null),
            ("settings", wished.Settings.ToHashSet().SetEquals(made.Settings)),
            ("cash", want.Cash == have.Cash),
            ("currency", wished.Currency == made.Currency),
            ("takerFee", want.TakerFee == have.TakerFee),
            ("makerFee", want.MakerFee == have.MakerFee),
            ("spread", want.Spread == have.Spread),
            ("slippage", want.Slippage == have.Slippage),
            ("leverage", want.Leverage == have.Leverage),
            ("maintenanceMargin", want.MaintenanceMargin == have.MaintenanceMargin),
            ("allowShort", want.AllowShort == have.AllowShort),
            ("dailyLossLimit", want.DailyLossLimit == have.DailyLossLimit),
            ("warmUp", wished.WarmUp == made.WarmUp),
        ];
        return [.. all.Where(one => !one.IsSame).Select(one => one.Name)];
    }

    /// <summary>Refuses a wish that an account does not fulfil.</summary>
    /// <exception cref="InvalidSettingException">It was made otherwise; the message names what differs, and says what to do.</exception>
    public static void CheckSame(PaperDefinition wished, PaperDefinition made)
    {
        ArgumentNullException.ThrowIfNull(made);
        if (Differences(wished, made) is { Count: > 0 } differences)
        {
            throw new InvalidSettingException(
                $"The paper account {made.Name} was made with other {string.Join(", ", differences)}, and goes on as it was made. Say in the file what it was made with, take another name, or close it.");
        }
    }
}
