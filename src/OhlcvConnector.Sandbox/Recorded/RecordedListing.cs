using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;

namespace OhlcvConnector.Sandbox.Recorded;

/// <summary>Recorded instruments and candles in the units in which the simulated venues write them.</summary>
internal static class RecordedListing
{
    private const int PartsOfContract = 1_000; // for venues that trade parts of one

    /// <summary>An instrument as a listing. What the recording does not say, such as who may trade how much, is as in the simulation.</summary>
    public static Listing Of(Instrument instrument)
    {
        var sizing = instrument.Market switch
        {
            Market.CoinMargined => Sizing.InverseContracts,
            Market.UsdMargined when instrument.ContractSize is not null => Sizing.LinearContracts,
            _ => Sizing.Base,
        };
        var parts = sizing == Sizing.LinearContracts && instrument.Exchange == "gateio" ? PartsOfContract : 1;
        return new Listing
        {
            Market = instrument.Market,
            Symbol = instrument.VenueSymbol,
            BaseAsset = instrument.BaseAsset,
            QuoteAsset = instrument.QuoteAsset,
            SettleAsset = instrument.SettleAsset,
            Tick = instrument.TickSize ?? 0.00000001m,
            Step = sizing == Sizing.Base ? instrument.LotSize ?? 0.00000001m : (instrument.ContractSize ?? 1) / parts,
            StepsPerContract = parts,
            Sizing = sizing,
            BasePrice = 1,
            ListedMs = instrument.ListedAt?.ToUnixTimeMilliseconds() ?? 0,
            ExpiresAt = instrument.ExpiresAt,
        };
    }

    /// <summary>A candle in a listing's units; what the exchange did not say is nothing.</summary>
    public static CandleState State(Listing? listing, in PriceQuote candle)
    {
        var (volume, quoteVolume, bought) = (candle.Volume ?? 0, candle.QuoteVolume ?? 0, candle.BuyVolume ?? 0);
        var steps = listing?.Sizing switch
        {
            Sizing.LinearContracts => volume / listing.Step,
            Sizing.InverseContracts => quoteVolume / listing.Step,
            _ => 0,
        };
        return new CandleState
        {
            OpenMs = candle.OpenMs,
            CloseMs = candle.CloseMs,
            Open = candle.Open,
            High = candle.High,
            Low = candle.Low,
            Close = candle.Close,
            Steps = (long)decimal.Round(steps),
            TakerSteps = 0,
            BaseVolume = volume,
            QuoteVolume = quoteVolume,
            TakerBase = bought,
            TakerQuote = 0,
            Count = candle.TradeCount ?? (volume > 0 ? 1 : 0),
            TradeSeconds = (-1, -1),
        };
    }
}
