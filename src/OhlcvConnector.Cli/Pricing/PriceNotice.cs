using System.Net.Http.Headers;
using System.Text.Json;
using OhlcvConnector.Prices;

namespace OhlcvConnector.Cli.Pricing;

/// <summary>Tells an address of a price that crossed a limit, by a POST of JSON.</summary>
/// <param name="address">Where to.</param>
/// <param name="clock">The clock of waits.</param>
internal sealed class PriceNotice(Uri address, TimeProvider clock) : IDisposable
{
    private const int Attempts = 3;
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>Tells of a price, and tries again where that fails.</summary>
    /// <exception cref="HttpRequestException">It could not be told.</exception>
    public async Task TellAsync(TrackedPrice price, (decimal? Above, decimal? Below) limits, bool isSandbox, CancellationToken cancellationToken)
    {
        var body = ToJson(price, limits, isSandbox);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var content = new ByteArrayContent(body);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                using var answer = await _http.PostAsync(address, content, cancellationToken).ConfigureAwait(false);
                answer.EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException) when (attempt < Attempts)
            {
                await Task.Delay(FirstWait * attempt, clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static byte[] ToJson(TrackedPrice tracked, (decimal? Above, decimal? Below) limits, bool isSandbox)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            if (tracked.Price?.Price >= limits.Above)
            {
                json.WriteNumber("above"u8, limits.Above!.Value);
            }
            else
            {
                json.WriteNumber("below"u8, limits.Below!.Value);
            }

            json.WritePropertyName("price"u8);
            PriceFieldSet.All.Write(json, tracked, error: null, sparkline: 0, isSandbox);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
