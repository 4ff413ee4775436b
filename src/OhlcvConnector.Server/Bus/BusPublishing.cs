using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application;
using OhlcvConnector.Application.Publishing;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.Bus;

/// <summary>
/// Publishes the series of the settings to the bus, each from where the bus ends, for as long as the server runs. Whatever ends the publishing is logged, and
/// it begins anew.
/// </summary>
internal sealed partial class BusPublishing(ServerOptions options, Connector connector, bool isSimulated, ILoggerFactory loggers) : BackgroundService
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);
    private readonly ILogger _logger = loggers.CreateLogger<BusPublishing>();
    private readonly StreamPrices _prices = new(connector.Instruments, connector.Feeds, options.TimeProvider);
    private PublishQuotes? _publishing;
    private PublishingCounts _before = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What was published since the server began.</summary>
    public PublishingCounts Counts => _publishing is { } now ? _before.Plus(now.Counts) : _before;

    /// <summary>The bus without its password; null before it was opened.</summary>
    public string? Location { get; private set; }

    /// <summary>The reason why nothing is published now; null while something is.</summary>
    public string? Problem { get; private set; }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await PublishAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is OhlcvConnectorException or ArgumentException)
            {
                Problem = exception.Message;
                LogTrouble(_logger, exception.Message);
                await Task.Delay(Again, options.TimeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                _before = Counts;
                _publishing = null;
            }
        }
    }

    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        var series = new List<Series>();
        foreach (var text in options.BusSeries)
        {
            var wanted = MarketSeries.Read(nameof(options.BusSeries), text);
            series.AddRange(await _prices.ResolveAsync(
                new StreamRequest
                {
                    Exchange = wanted.Exchange,
                    Market = wanted.Market,
                    Interval = wanted.Interval,
                    Symbols = wanted.Symbols,
                    AwaitTrading = true,
                },
                cancellationToken).ConfigureAwait(false));
        }

        var sink = BusAddress.Open(nameof(options.Bus), options.Bus!, isSimulated, loggers);
        await using (sink.ConfigureAwait(false))
        {
            _publishing = new PublishQuotes(connector.Feeds, sink, options.TimeProvider) { OnTrouble = words => LogTrouble(_logger, words) };
            (Problem, Location) = (null, sink.Location);
            LogPublished(_logger, series.Count, sink.Location);
            await _publishing.RunAsync(series, begin: null, cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(ServerEventIds.BusTroubled, LogLevel.Warning, "Bus: {Words}")]
    private static partial void LogTrouble(ILogger logger, string words);

    [LoggerMessage(ServerEventIds.BusSeriesPublished, LogLevel.Information, "{Count} series are published to {Location}")]
    private static partial void LogPublished(ILogger logger, int count, string location);
}
