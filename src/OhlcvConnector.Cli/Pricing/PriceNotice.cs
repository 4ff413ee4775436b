using System.Globalization;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Application.Notifications;
using OhlcvConnector.Notifications;
using OhlcvConnector.Prices;

namespace OhlcvConnector.Cli.Pricing;

/// <summary>Tells an address of a price that crossed a limit, as a channel of notifications tells a webhook.</summary>
/// <param name="address">Where to.</param>
/// <param name="clock">The clock of waits.</param>
internal sealed class PriceNotice(Uri address, TimeProvider clock)
{
    private const int Attempts = 3;
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly INoticeChannel _channel = NoticeChannels.Webhook("price", address, clock);

    /// <summary>Tells of a price, and tries again where that fails.</summary>
    /// <exception cref="HttpRequestException">It could not be told.</exception>
    public async Task TellAsync(TrackedPrice price, (decimal? Above, decimal? Below) limits, bool isSandbox, CancellationToken cancellationToken)
    {
        var notice = NoticeOf(price, limits, isSandbox);
        for (var attempt = 1; ; attempt++)
        {
            var delivery = await AttemptAsync(notice, cancellationToken).ConfigureAwait(false);
            if (delivery.Outcome == NoticeOutcome.Delivered)
            {
                return;
            }

            if (delivery.Outcome == NoticeOutcome.Refused || attempt == Attempts)
            {
                throw new HttpRequestException($"The address of --notify could not be told: {delivery.Problem}");
            }

            var wait = FirstWait * attempt;
            await Task.Delay(delivery.Wait > wait ? delivery.Wait.Value : wait, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<NoticeDelivery> AttemptAsync(Notice notice, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await _channel.SendAsync([notice], either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new NoticeDelivery(NoticeOutcome.Failed, $"no answer within {Patience.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s");
        }
    }

    private static Notice NoticeOf(TrackedPrice tracked, (decimal? Above, decimal? Below) limits, bool isSandbox)
    {
        var price = tracked.Price!; // of one that crossed a limit there is one
        var (side, limit) = price.Price >= limits.Above ? ("above", limits.Above!.Value) : ("below", limits.Below!.Value);
        return new Notice
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"price-{price.Symbol}-{price.Quote}-{side}-{limit}-{price.LastUpdated.ToUnixTimeMilliseconds()}"),
            Kind = NoticeKind.Price,
            Title = string.Create(CultureInfo.InvariantCulture, $"{price.Symbol} is at {price.Price} {price.Quote}, {side} {limit}"),
            Time = price.LastUpdated,
            Price = price.Price,
            IsSandbox = isSandbox,
            Json = JsonOf(tracked, side, limit, isSandbox),
        };
    }

    private static string JsonOf(TrackedPrice tracked, string side, decimal limit, bool isSandbox)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber(side, limit);
            json.WritePropertyName("price"u8);
            PriceFieldSet.All.Write(json, tracked, error: null, sparkline: 0, isSandbox);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
