using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Wire;

/// <summary>The tape of one symbol's trades as decoders and connections know it: what it is called, and that trades go there.</summary>
/// <param name="first">The series that the trades are asked for with: the first of the symbol.</param>
internal abstract class SymbolTape(Series first)
{
    /// <summary>The series that the trades are asked for with.</summary>
    public Series First => first;

    /// <summary>The symbol as the venue spells it.</summary>
    public string Symbol => first.VenueSymbol;

    /// <summary>Takes a trade.</summary>
    /// <param name="trade">The trade.</param>
    /// <param name="oursMs">The time at which it came, by our clock; Unix epoch milliseconds.</param>
    public abstract void OnTrade(in Trade trade, long oursMs);
}

/// <summary>A trade, and the tape that it belongs on.</summary>
internal readonly record struct TapedTrade(SymbolTape Tape, Trade Trade);
