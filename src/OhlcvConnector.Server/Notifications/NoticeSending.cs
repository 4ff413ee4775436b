using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using OhlcvConnector.Application.Notifications;
using OhlcvConnector.Prices;

namespace OhlcvConnector.Server.Notifications;

/// <summary>Sends notices in the background, and puts the newest prices into Redis: each that has changed, at most once a second.</summary>
internal sealed class NoticeSending(NoticeDesk desk, PriceTracker prices, ServerIdentity identity, ServerOptions options) : BackgroundService
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, ulong> _sent = new(StringComparer.Ordinal);

    /// <summary>Times that prices could not be put into Redis.</summary>
    public long FailedPrices { get; private set; }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        desk.Routes.Count == 0 ? Task.CompletedTask : Task.WhenAll(desk.RunAsync(stoppingToken), LookAsync(stoppingToken));

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Turn, options.TimeProvider);
        try
        {
            do
            {
                await desk.LookAsync(cancellationToken).ConfigureAwait(false);
                await SendPricesAsync(cancellationToken).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the server stops
        }
    }

    private async Task SendPricesAsync(CancellationToken cancellationToken)
    {
        if (desk.Redis is not { } redis)
        {
            return;
        }

        var changed = prices.All.Where(price => price.Price is not null && (!_sent.TryGetValue(FieldOf(price), out var sent) || sent != price.Version))
            .DistinctBy(FieldOf).ToList();
        if (changed.Count == 0)
        {
            return;
        }

        var delivery = await redis.SetPricesAsync(changed.ToDictionary(FieldOf, JsonOf), cancellationToken).ConfigureAwait(false);
        if (delivery.Outcome != NoticeOutcome.Delivered)
        {
            FailedPrices++; // the newest ones follow as soon as it is back
            return;
        }

        changed.ForEach(price => _sent[FieldOf(price)] = price.Version);
    }

    /// <summary>The asset, with its currency where one was asked for.</summary>
    private static string FieldOf(TrackedPrice price) =>
        price.Request.Quote is { } quote ? $"{price.Request.Symbol}/{quote}" : price.Request.Symbol;

    private string JsonOf(TrackedPrice price)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            PriceFieldSet.All.Write(json, price, error: null, sparkline: 0, identity.IsSandbox);
        }

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }
}
