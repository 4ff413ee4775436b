using System.Globalization;
using OhlcvConnector.Application.Keys;
using OhlcvConnector.Application.Notifications;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Server.Paper;

/// <summary>What happens on paper accounts as notices to people.</summary>
internal static class PaperNotice
{
    private const int HashLetters = 16;

    /// <summary>Makes one of an event: the same whenever it is made.</summary>
    public static Notice Of(PaperEvent happened, bool isSandbox)
    {
        var (kind, severity, words) = happened.Kind switch
        {
            PaperEventKind.Fill => (NoticeKind.Fill, NoticeSeverity.Info, happened.Text),
            PaperEventKind.Rejected => (NoticeKind.Order, NoticeSeverity.Warning, $"rejected: {happened.Text}"),
            PaperEventKind.Halted => (NoticeKind.Alert, NoticeSeverity.Critical, $"trading is halted: {happened.Text}"),
            PaperEventKind.StrategyFailed => (NoticeKind.Alert, NoticeSeverity.Critical, happened.Text),
            _ => (NoticeKind.Alert, NoticeSeverity.Info, happened.Text),
        };
        return New(
            string.Create(CultureInfo.InvariantCulture, $"paper:{happened.Account}:{happened.Id}:{happened.TimeMs}"), happened.Account, kind, severity, words,
            DateTimeOffset.FromUnixTimeMilliseconds(happened.TimeMs), isSandbox);
    }

    /// <summary>Makes one of an account that does not go on: once a day for what does not change.</summary>
    public static Notice OfTrouble(string account, string words, DateTimeOffset now, bool isSandbox) => New(
        string.Create(CultureInfo.InvariantCulture, $"paper:{account}:stopped:{KeySecret.HashOf(words)[..HashLetters]}:{now.UtcDateTime:yyyy-MM-dd}"), account, NoticeKind.Alert,
        NoticeSeverity.Critical, $"does not go on: {words}", now, isSandbox);

    private static Notice New(
        string id, string account, NoticeKind kind, NoticeSeverity severity, string words, DateTimeOffset time, bool isSandbox) => new()
        {
            Id = id,
            Kind = kind,
            Title = $"{account}: {words}",
            Text = "Simulated trading with simulated money, and no advice.",
            Severity = severity,
            Time = time,
            IsPaper = true,
            IsSandbox = isSandbox,
            Fields = [new NoticeField("account", account)],
        };
}
