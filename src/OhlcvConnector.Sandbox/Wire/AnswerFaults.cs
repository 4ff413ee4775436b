using OhlcvConnector.Sandbox.Simulation;

namespace OhlcvConnector.Sandbox.Wire;

/// <summary>Faults of the candles that REST answers. What a fault does to a candle depends on the candle alone, so that asking again does not help.</summary>
internal static class AnswerFaults
{
    /// <summary>The candles of a page when it is capped.</summary>
    public const int CappedPage = 100;

    private const uint OneInSoMany = 20;
    private const long OffGridMs = 14_000;
    private const long MinuteMs = 60_000;
    private const long DayMs = 86_400_000;

    /// <summary>Returns the candles that are answered instead of those that were found; both ascending.</summary>
    public static List<CandleState> Apply(VenueWorld world, Listing listing, List<CandleState> candles)
    {
        if (Hit(SandboxFaultKind.EmptyAnswer) is not null)
        {
            return [];
        }

        if (Hit(SandboxFaultKind.ShortAnswer) is not null)
        {
            return candles[..(candles.Count / 2)];
        }

        var nowMs = world.NowMs;
        LeaveOut(SandboxFaultKind.Behind, (candle, amountMs) => candle.CloseMs <= nowMs && candle.CloseMs > nowMs - amountMs);
        LeaveOut(SandboxFaultKind.Hole, (candle, amountMs) => candle.OpenMs % DayMs < amountMs && candle.CloseMs - candle.OpenMs <= amountMs);
        if (!listing.IsHalted && world.AsListed(listing) is { IsHalted: true } halted)
        {
            candles.RemoveAll(candle => candle.CloseMs > halted.EndsMs); // it would be another candle when the halt is over
        }

        Change(SandboxFaultKind.OffGridRow, candle => candle with { OpenMs = candle.OpenMs + OffGridMs, CloseMs = candle.CloseMs + OffGridMs });
        Change(SandboxFaultKind.BadRow, candle => candle with { High = candle.Low - listing.Tick });
        Change(SandboxFaultKind.UnreadableRow, candle => candle with { IsUnreadable = true });
        return candles;

        SandboxFault? Hit(SandboxFaultKind kind) => world.Faults.Hit(kind, world.Exchange, listing.Symbol);

        void LeaveOut(SandboxFaultKind kind, Func<CandleState, long, bool> which)
        {
            if (world.Faults.May(kind) && Hit(kind) is { } fault)
            {
                var amountMs = (long)fault.AmountOrUsual.TotalMilliseconds;
                candles.RemoveAll(candle => which(candle, amountMs));
            }
        }

        void Change(SandboxFaultKind kind, Func<CandleState, CandleState> how)
        {
            if (!world.Faults.May(kind) || !candles.Exists(IsChosen) || Hit(kind) is null)
            {
                return;
            }

            for (var i = 0; i < candles.Count; i++)
            {
                candles[i] = IsChosen(candles[i]) ? how(candles[i]) : candles[i];
            }

            bool IsChosen(CandleState candle) => candle.CloseMs <= nowMs && candle.CloseMs - candle.OpenMs >= MinuteMs
                && Noise.Hash((ulong)kind, candle.OpenMs / MinuteMs) % OneInSoMany == 0;
        }
    }
}
