using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace OhlcvConnector.Server.Connections;

/// <summary>
/// How often prices of assets may be asked for: by key, or without keys by address. A minute is one of the clock, so that all servers mean the same one.
/// Permits of a key are reserved in its store a tenth of the limit at a time: neither a restart nor another server gives more than there are.
/// </summary>
internal sealed class PriceLimits(ServerOptions options, ConnectionGate gate)
{
    private const int MaxKept = 10_000;
    private const int Batches = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Count> _counts = new(StringComparer.Ordinal);

    /// <summary>Counts a request, and says in the answer's headers how many are left.</summary>
    /// <returns>Null when it is within the limit, else how long until the next one is, and why.</returns>
    public async ValueTask<(TimeSpan Wait, string Words)?> TakeAsync(HttpContext context)
    {
        var key = gate.KeyOf(context);
        var most = key?.RequestsPerMinute ?? options.PriceRequestsPerMinute;
        var who = key is not null ? "key " + key.Id : NameOf(context.Connection.RemoteIpAddress);
        if (most == 0 || who is null)
        {
            return null;
        }

        var now = options.TimeProvider.GetUtcNow();
        var minute = now.Ticks / Window.Ticks;
        var left = await CountOf(who).TakeAsync(minute, most, key is null ? null : permits => gate.ReserveAsync(key, MinuteOf(now), permits))
            .ConfigureAwait(false);
        var wait = new DateTimeOffset((minute + 1) * Window.Ticks, TimeSpan.Zero) - now;
        var headers = context.Response.Headers;
        headers["RateLimit-Limit"] = most.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Remaining"] = Math.Max(0, left).ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Reset"] = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return left >= 0 ? null : (wait, $"At most {most} requests for prices a minute with one key{(key is null ? ", or from one address" : "")}.");
    }

    private Count CountOf(string who)
    {
        if (_counts.Count >= MaxKept)
        {
            _counts.Clear(); // of this minute at most
        }

        return _counts.GetOrAdd(who, static _ => new Count());
    }

    private static long MinuteOf(DateTimeOffset now) => now.ToUnixTimeSeconds() / 60;

    private static string? NameOf(IPAddress? address) => address is null || IPAddress.IsLoopback(address) ? null : Quotas.NameOf(address);

    /// <summary>What one key or address used of a minute.</summary>
    [SuppressMessage("Design", "CA1001", Justification = "A semaphore that is only awaited holds nothing that would have to be given back.")]
    private sealed class Count
    {
        private readonly SemaphoreSlim _gate = new(1);
        private long _minute;
        private int _used;
        private int _granted;
        private bool _isUsedUp;

        /// <summary>Takes a permit.</summary>
        /// <param name="minute">Of which minute.</param>
        /// <param name="most">How many there are.</param>
        /// <param name="reserve">Reserves so many, and gives how many are reserved then by all; null for no store.</param>
        /// <returns>How many are left; negative when there was none.</returns>
        public async ValueTask<int> TakeAsync(long minute, int most, Func<int, ValueTask<int?>>? reserve)
        {
            await _gate.WaitAsync().ConfigureAwait(false);
            try
            {
                if (_minute != minute)
                {
                    (_minute, _used, _granted, _isUsedUp) = (minute, 0, reserve is null ? most : 0, false);
                }

                if (_used >= _granted && !_isUsedUp && reserve is not null)
                {
                    await ReserveAsync(most, reserve).ConfigureAwait(false);
                }

                if (_used >= Math.Min(_granted, most))
                {
                    return -1;
                }

                _used++;
                return (_isUsedUp ? _granted : most) - _used;
            }
            finally
            {
                _gate.Release();
            }
        }

        private async ValueTask ReserveAsync(int most, Func<int, ValueTask<int?>> reserve)
        {
            var batch = Math.Max(1, most / Batches);
            if (await reserve(batch).ConfigureAwait(false) is not { } total)
            {
                _granted = most; // the store is away: this server's own count is what there is
                return;
            }

            var tooMany = Math.Max(0, total - most);
            _granted += Math.Max(0, batch - tooMany);
            _isUsedUp = total >= most;
        }
    }
}
