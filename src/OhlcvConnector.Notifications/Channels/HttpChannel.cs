using System.Globalization;
using System.Net;
using System.Text.Json;
using OhlcvConnector.Application.Notifications;

namespace OhlcvConnector.Notifications.Channels;

/// <summary>
/// Sends requests to one address, and reads from the answer how that went. The address comes from settings alone and no redirection is followed, so that nobody
/// else says where messages go.
/// </summary>
/// <param name="address">The address, which is secret.</param>
/// <param name="clock">What <c>Retry-After</c> with a date is measured with.</param>
/// <param name="part">A part of the address that is secret on its own; null for none.</param>
internal sealed class HttpChannel(Secret address, TimeProvider clock, Secret? part = null)
{
    private const int MostOfAnswer = 64 * 1024;
    private const int MostOfWords = 300;
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), // addresses of names change
    })
    { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MostOfAnswer };

    /// <summary>The address.</summary>
    public Uri Address { get; } = new(address.Value);

    /// <summary>Sends a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<NoticeDelivery> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.UserAgent.ParseAdd("OhlcvConnector");
        try
        {
            using var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode)
            {
                return new NoticeDelivery(NoticeOutcome.Delivered, Wait: PauseOf(answer)); // what else it says is not waited for
            }

            var words = await WordsOfAsync(answer, cancellationToken).ConfigureAwait(false);
            return new NoticeDelivery(
                MayRecover(answer.StatusCode) ? NoticeOutcome.Failed : NoticeOutcome.Refused,
                Hide(NoticeMessage.Cut($"HTTP {(int)answer.StatusCode}{(words.Length > 0 ? ": " + NoticeMessage.OneLine(words) : "")}", MostOfWords)),
                WaitOf(answer, words));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new NoticeDelivery(NoticeOutcome.Failed, Hide(exception.InnerException?.Message ?? exception.Message));
        }
    }

    private string Hide(string text) => address.Hide(part?.Hide(text) ?? text);

    private static bool MayRecover(HttpStatusCode status) =>
        (int)status >= 500 || status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or (HttpStatusCode)425;

    /// <summary>Discord says with each answer how many more messages it takes, and when it takes more again.</summary>
    private static TimeSpan? PauseOf(HttpResponseMessage answer) =>
        Header(answer, "X-RateLimit-Remaining") == 0 && Header(answer, "X-RateLimit-Reset-After") is { } seconds ? Seconds(seconds) : null;

    private TimeSpan? WaitOf(HttpResponseMessage answer, string words)
    {
        TimeSpan? asked = answer.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - clock.GetUtcNow(),
            _ => Header(answer, "Retry-After") is { } seconds ? Seconds(seconds) : null, // with a fraction it is no Retry-After for .NET
        };
        return asked is null && answer.StatusCode == HttpStatusCode.TooManyRequests ? WaitInside(words)
            : asked is { } wait ? TimeSpan.FromTicks(Math.Clamp(wait.Ticks, 0, LongestWait.Ticks)) : null;
    }

    /// <summary>Discord writes <c>retry_after</c> into its answer, Telegram into the <c>parameters</c> there.</summary>
    private static TimeSpan? WaitInside(string words)
    {
        try
        {
            using var document = JsonDocument.Parse(words);
            var json = document.RootElement;
            if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("parameters", out var parameters))
            {
                json = parameters;
            }

            return json.ValueKind == JsonValueKind.Object && json.TryGetProperty("retry_after", out var seconds) && seconds.TryGetDouble(out var number)
                ? Seconds(number) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static async Task<string> WordsOfAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            var content = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var buffer = new byte[4096];
            var read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return System.Text.Encoding.UTF8.GetString(buffer, 0, read);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return "";
        }
    }

    private static double? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.NonValidated.TryGetValues(name, out var values)
        && double.TryParse(values.ToString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestWait.TotalSeconds));
}
