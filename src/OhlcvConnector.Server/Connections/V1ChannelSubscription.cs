using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Connections;

/// <summary>A client's subscription to a channel whose messages have numbers: one a connection, of which a later one takes the place.</summary>
/// <param name="client">The client.</param>
/// <param name="feed">What hands the messages out; null where the server has none.</param>
/// <param name="refuse">Tells the client that a request was not met.</param>
/// <typeparam name="TFilter">What is chosen by.</typeparam>
/// <typeparam name="TKept">What is kept.</typeparam>
internal sealed class V1ChannelSubscription<TFilter, TKept>(
    ClientContext client, KeptFeed<TFilter, TKept>? feed, Action<JsonElement?, RequestException> refuse) : IAsyncDisposable
    where TFilter : class
    where TKept : class
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _turn = Task.CompletedTask;
    private IDisposable? _subscription;

    /// <summary>Starts to meet a request, after those before it.</summary>
    public void Begin(V1Request request, ChannelWish<TFilter> wish)
    {
        lock (_gate)
        {
            _turn = _stop.IsCancellationRequested ? _turn : RunAsync(request, wish, _turn);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task turn;
        lock (_gate)
        {
            _stop.Cancel();
            turn = _turn;
        }

        await turn.ConfigureAwait(false);
        _subscription?.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(V1Request request, ChannelWish<TFilter> wish, Task before)
    {
        await before.ConfigureAwait(false);
        if (feed is null)
        {
            refuse(request.Id, new RequestException(ErrorCode.BadRequest, $"This server has no {wish.Channel}."));
            return;
        }

        _subscription?.Dispose();
        _subscription = null;
        try
        {
            if (request.Op == "unsubscribe")
            {
                client.Say(V1Answers.ChannelAck(request, past: null, client.Hub.Now, client.IsSandbox));
                return;
            }

            _subscription = await feed.SubscribeAsync(
                wish,
                client.Say,
                (count, isWhole) => client.Say(V1Answers.ChannelAck(request, wish.AsksPast ? (count, isWhole) : null, client.Hub.Now, client.IsSandbox)),
                _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // the client left
        }
        catch (ArchiveException trouble)
        {
            refuse(request.Id, new RequestException(ErrorCode.UpstreamUnavailable, $"The {wish.Channel} of the past could not be read: {trouble.Message}"));
        }
    }
}
