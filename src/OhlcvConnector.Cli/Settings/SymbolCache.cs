using System.CommandLine.Completions;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;

namespace OhlcvConnector.Cli.Settings;

/// <summary>
/// The symbols that exchanges listed when the terminal last asked, kept in the user's cache folder, so that the Tab key offers them without a network. Those of
/// the sandbox have a folder of their own.
/// </summary>
internal sealed class SymbolCache(CliTerminal terminal)
{
    private const int MaxOffered = 500; // a shell shows no more of use
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(12);

    /// <summary>Keeps what a market lists, unless it was kept not long ago. What cannot be written is not missed: it is a convenience.</summary>
    public async Task KeepAsync(Connector connector, string exchange, Market market, bool isSandbox, CancellationToken cancellationToken)
    {
        var path = Path(exchange, market, isSandbox);
        try
        {
            if (path is null || (File.Exists(path) && terminal.Clock.GetUtcNow() - File.GetLastWriteTimeUtc(path) < MaxAge))
            {
                return;
            }

            var listed = await connector.InstrumentsAsync(exchange, market, cancellationToken: cancellationToken).ConfigureAwait(false);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            var beside = $"{path}.{Environment.ProcessId}";
            await File.WriteAllLinesAsync(
                beside, listed.Where(instrument => instrument.IsTrading).Select(instrument => instrument.VenueSymbol), cancellationToken)
                .ConfigureAwait(false);
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or OhlcvConnectorException or OperationCanceledException)
        {
            // the next command tries again
        }
    }

    /// <summary>
    /// Symbols that begin with what is typed; of all the exchange's markets where none is given. Where only the sandbox was asked, its names, which a line that
    /// has no <c>--sandbox</c> yet may mean.
    /// </summary>
    public IEnumerable<CompletionItem> Offer(string? exchange, string? market, string typed)
    {
        Market? wanted = market is not null && MarketNames.TryParse(market, out var one) ? one : null;
        var profile = SupportedExchanges.All.FirstOrDefault(one => string.Equals(one.Name, exchange, StringComparison.OrdinalIgnoreCase));
        return (profile?.Markets ?? [])
            .Where(row => wanted is null || row.Market == wanted)
            .SelectMany(
                row => Read(Path(profile!.Name, row.Market, isSandbox: false)) is { Length: > 0 } real
                    ? real
                    : Read(Path(profile.Name, row.Market, isSandbox: true)))
            .Where(symbol => symbol.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Distinct()
            .Take(MaxOffered)
            .Select(symbol => new CompletionItem(symbol));
    }

    private static string[] Read(string? path)
    {
        try
        {
            return path is not null && File.Exists(path) ? File.ReadAllLines(path) : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return []; // nothing to offer
        }
    }

    private string? Path(string exchange, Market market, bool isSandbox) =>
        terminal.CacheFolder is { } folder
            ? System.IO.Path.Combine(folder, isSandbox ? "sandbox-symbols" : "symbols", $"{exchange.ToLowerInvariant()}-{market.Name()}.txt")
            : null;
}
