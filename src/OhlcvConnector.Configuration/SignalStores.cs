using OhlcvConnector.Application.Signals;
using OhlcvConnector.Archive.PostgreSql;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Configuration;

/// <summary>Stores of signals by what names them, as <see cref="CandleArchives"/> are: they can be one and the same.</summary>
public static class SignalStores
{
    /// <summary>Opens one, or makes it.</summary>
    /// <param name="named">The file, or the address.</param>
    /// <param name="isSimulated">Whether signals of simulated candles are to be kept, or real ones.</param>
    /// <param name="clock">Dates what is kept; null for this machine's.</param>
    /// <exception cref="ArchiveException">It cannot be used; the message says what to do.</exception>
    public static ISignalStore Open(string named, bool isSimulated, TimeProvider? clock = null) =>
        PostgreSqlCandleArchive.IsAddress(named) ? PostgreSqlSignalStore.Open(named, isSimulated, clock) : SqliteSignalStore.Open(named, isSimulated, clock);
}
