using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Rest;

namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <summary>
/// Compares candles that trades closed with history: of each symbol one of the first, and from then on a small share of all. Where they disagree, the tape says
/// so, and leaves its symbol to history. Takes a tenth of the exchange's budget at most, and a hundredth when all symbols are confirmed.
/// </summary>
/// <param name="access">The market of the feed.</param>
/// <param name="tapes">The tapes.</param>
/// <param name="history">The history of that market.</param>
/// <param name="random">Which symbol is looked at.</param>
internal sealed class TradeAudit(VenueAccess access, Func<TradeTape[]> tapes, VenueHistory history, Func<double> random)
{
    private const int ShareOfBudget = 10;
    private const int ShareWhenConfirmed = 100;
    private const int Before = 10;          // candles that are asked for with it, and cost nothing more: of some it may be believed that nobody traded
    private const long SettledMs = 15_000; // after a candle's end no backend is behind any more
    private static readonly TimeSpan MinPause = TimeSpan.FromSeconds(1);

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var (tape, pause) = Choose();
                await Task.Delay(pause, access.MarketClock, cancellationToken).ConfigureAwait(false);
                if (tape is not null)
                {
                    await CompareAsync(tape, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the feed ends
        }
    }

    /// <summary>Chooses a symbol that was never compared, else any; and the time to wait first.</summary>
    private (TradeTape? Tape, TimeSpan Pause) Choose()
    {
        var all = tapes();
        var fresh = Array.FindAll(all, tape => !tape.IsConfirmed);
        var among = fresh.Length > 0 ? fresh : all;
        if (among.Length == 0)
        {
            return (null, MinPause);
        }

        var tape = among[(int)(random() * among.Length) % among.Length];
        var budget = access.Market.Limits.Weight;
        var weight = access.Venue.HistoryPage(access.Market, tape.First, 0, 1, access.Clock.NowMs).Weight;
        var share = budget.Per * ((double)weight * (fresh.Length > 0 ? ShareOfBudget : ShareWhenConfirmed) / budget.Count);
        return (tape, share > MinPause ? share : MinPause);
    }

    private async Task CompareAsync(TradeTape tape, CancellationToken cancellationToken)
    {
        var closed = tape.Unconfirmed(access.Clock.NowMs - SettledMs);
        if (closed.Series is not { } series)
        {
            return;
        }

        try
        {
            var answer = await history.AskAsync(series, series.Interval.AddMs(closed.OpenMs, -Before), closed.CloseMs + 1, cancellationToken)
                .ConfigureAwait(false);
            foreach (var row in answer.Candles)
            {
                tape.OnHistory(row, row.CloseMs + SettledMs <= answer.VenueNowMs);
            }
        }
        catch (ExchangeUnavailableException)
        {
            // it is looked at again later
        }
    }
}
