using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Configuration;

/// <summary>A sandbox that runs in another process.</summary>
internal static class RunningSandbox
{
    private const long LatestMs = 253_402_300_799_999; // 9999-12-31
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Reads the clock of a running sandbox's market.</summary>
    /// <exception cref="InvalidSettingException">Another program than a sandbox answers there.</exception>
    /// <exception cref="IOException">No program answers there.</exception>
    public static async Task<TimeProvider> ClockAsync(Uri address, TimeProvider real, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(new Uri(address.AbsoluteUri.TrimEnd('/') + "/sandbox/clock"), cancellationToken).ConfigureAwait(false);
            var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return answer.IsSuccessStatusCode && answer.Headers.Contains("X-Sandbox") && Read(body, real) is { } clock
                ? clock
                : throw new InvalidSettingException($"What answers at {address} is no sandbox. Start one with 'connector-cli sandbox'.");
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"No sandbox answers at {address} ({exception.Message}). Start one with 'connector-cli sandbox'.", exception);
        }
    }

    private static SandboxClock? Read(byte[] body, TimeProvider real)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("now", out var now)
                && now.ValueKind == JsonValueKind.Number
                && now.TryGetInt64(out var nowMs)
                && nowMs is >= 0 and <= LatestMs
                && root.TryGetProperty("speed", out var speed)
                && speed.ValueKind == JsonValueKind.Number
                && speed.TryGetDouble(out var factor)
                && factor is >= SandboxOptions.MinSpeed and <= SandboxOptions.MaxSpeed
                ? new SandboxClock(real, DateTimeOffset.FromUnixTimeMilliseconds(nowMs), factor)
                : null;
        }
        catch (JsonException)
        {
            return null; // some other server, which the caller says
        }
    }
}
