using OhlcvConnector.Application.Forecasts;
using OhlcvConnector.Archive.PostgreSql;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Configuration;

/// <summary>Stores of forecasts by what names them, as <see cref="CandleArchives"/> are: they can be one and the same.</summary>
public static class ForecastStores
{
    /// <summary>Opens one, or makes it.</summary>
    /// <param name="named">The file, or the address.</param>
    /// <param name="isSimulated">Whether forecasts of simulated candles are to be kept, or of real ones.</param>
    /// <param name="clock">Dates what is kept; null for this machine's.</param>
    /// <exception cref="ArchiveException">It cannot be used; the message says what to do.</exception>
    public static IForecastStore Open(string named, bool isSimulated, TimeProvider? clock = null) => PostgreSqlCandleArchive.IsAddress(named)
        ? PostgreSqlForecastStore.Open(named, isSimulated, clock)
        : SqliteForecastStore.Open(named, isSimulated, clock);
}
