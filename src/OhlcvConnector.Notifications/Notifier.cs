using System.Text.Json;
using OhlcvConnector.Application.Notifications;
using OhlcvConnector.Domain;
using OhlcvConnector.Notifications.Delivery;

namespace OhlcvConnector.Notifications;

/// <summary>
/// Keeps notices in an outbox, and tells each once by each channel that wants it, over restarts. Only a program that dies between the telling and the writing
/// down tells one twice; where the other side can know it again by its id, it gets that.
/// </summary>
public sealed class Notifier : INotifier
{
    private const int MostId = 200;
    private const int MostTitle = 1000;
    private static readonly TimeSpan TurnEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(1);

    private readonly INoticeOutbox _outbox;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _keepFor;
    private readonly Action<string> _onTrouble;
    private readonly List<(NoticeRoute Route, ChannelSender Sender)> _channels;
    private long _overflowed;

    /// <summary>Creates it; nothing is sent before <see cref="RunAsync"/>.</summary>
    /// <param name="outbox">Where notices wait.</param>
    /// <param name="routes">The channels, each under a name of its own.</param>
    /// <param name="keepFor">How long a notice is known by its id after it was told.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="random">Spreads the attempts of channels that fail.</param>
    /// <param name="onTrouble">Takes words about what goes wrong; they hold no secret.</param>
    public Notifier(
        INoticeOutbox outbox, IReadOnlyList<NoticeRoute> routes, TimeSpan keepFor, TimeProvider clock, Random random, Action<string> onTrouble)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(random);
        (_outbox, _keepFor, _clock, _onTrouble) = (outbox, keepFor, clock, onTrouble);
        _channels = [.. routes.Select(route => (route, new ChannelSender(route, outbox, clock, new Random(random.Next()), onTrouble)))];
    }

    /// <summary>The channels.</summary>
    public IReadOnlyList<NoticeRoute> Routes => [.. _channels.Select(channel => channel.Route)];

    /// <summary>What became of the attempts of each channel.</summary>
    public IReadOnlyList<NoticeCounts> Counts => [.. _channels.Select(channel => channel.Sender.Tally.Read())];

    /// <summary>How many notices were given up because too many waited.</summary>
    public long Overflowed => Volatile.Read(ref _overflowed);

    /// <inheritdoc/>
    public async ValueTask NotifyAsync(Notice notice, CancellationToken cancellationToken = default)
    {
        Check(notice);
        var wanted = _channels.Where(channel => channel.Route.Filter.Passes(notice)).ToList();
        if (wanted.Count == 0)
        {
            return;
        }

        var (kept, givenUp) = await _outbox.AddAsync(
            notice, [.. wanted.Select(channel => (channel.Route.Channel.Name, channel.Route.MostWaiting))], _clock.GetUtcNow(), cancellationToken)
            .ConfigureAwait(false);
        if (givenUp > 0)
        {
            Interlocked.Add(ref _overflowed, givenUp);
            _onTrouble($"too many notices wait: gave up the {givenUp} oldest");
        }

        if (kept > 0)
        {
            wanted.ForEach(channel => channel.Sender.Wake());
        }
    }

    /// <summary>Tells a channel something at once, past the outbox, to see whether it works.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="notice">What it is told.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ArgumentException">There is no such channel.</exception>
    public async Task<NoticeDelivery> TryAsync(string channel, Notice notice, CancellationToken cancellationToken = default)
    {
        Check(notice);
        var route = Routes.FirstOrDefault(one => one.Channel.Name == channel)
            ?? throw new ArgumentException($"There is no channel '{channel}'; {Nearest.Words(channel, [.. Routes.Select(one => one.Channel.Name)])}");
        using var patience = new CancellationTokenSource(route.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await route.Channel.SendAsync([notice], either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new NoticeDelivery(NoticeOutcome.Failed, FormattableString.Invariant($"no answer within {route.Timeout.TotalSeconds} s"));
        }
    }

    /// <summary>Lets what was given up wait again.</summary>
    /// <param name="id">The notice's id; null for all.</param>
    /// <param name="channel">The channel; null for all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many.</returns>
    public async Task<int> RetryAsync(string? id, string? channel, CancellationToken cancellationToken = default)
    {
        var many = await _outbox.RetryAsync(id, channel, _clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        _channels.ForEach(one => one.Sender.Wake());
        return many;
    }

    /// <summary>Sends what waits until it is told to end. While another program sends from the same outbox, it waits for its turn.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var turn = await TurnAsync(cancellationToken).ConfigureAwait(false);
            var sending = _channels.Select(channel => channel.Sender.RunAsync(cancellationToken));
            await Task.WhenAll([.. sending, ForgetAsync(cancellationToken)]).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // what waits stays in the outbox
        }
    }

    private async Task<IDisposable> TurnAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (_outbox.TryTakeTurn() is { } turn)
                {
                    return turn;
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                _onTrouble($"nothing can be sent: {exception.Message}");
            }

            await Task.Delay(TurnEvery, _clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ForgetAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await _outbox.ForgetAsync(_clock.GetUtcNow() - _keepFor, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is OhlcvConnectorException or IOException)
            {
                _onTrouble($"old notices could not be forgotten: {exception.Message}");
            }

            await Task.Delay(ForgetEvery, _clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private static void Check(Notice notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        if (string.IsNullOrWhiteSpace(notice.Id) || notice.Id.Length > MostId || notice.Id.Any(char.IsControl))
        {
            throw new ArgumentException($"A notice needs an id of 1 to {MostId} letters.", nameof(notice));
        }

        if (string.IsNullOrWhiteSpace(notice.Title) || notice.Title.Length > MostTitle)
        {
            throw new ArgumentException($"A notice needs a title of 1 to {MostTitle} letters.", nameof(notice));
        }

        if (notice.Json is { } json && !IsObject(json))
        {
            throw new ArgumentException("What a notice has for programs is no JSON object.", nameof(notice));
        }
    }

    private static bool IsObject(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
