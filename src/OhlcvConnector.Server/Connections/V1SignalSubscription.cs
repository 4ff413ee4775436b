using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Connections;

/// <summary>A client's subscription to signals: one a connection, of which a later one takes the place.</summary>
/// <param name="client">The client.</param>
/// <param name="refuse">Tells the client that a request was not met.</param>
internal sealed class V1SignalSubscription(ClientContext client, Action<JsonElement?, RequestException> refuse) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _turn = Task.CompletedTask;
    private IDisposable? _subscription;

    /// <summary>Starts to meet a request, after those before it.</summary>
    public void Begin(V1Request request)
    {
        lock (_gate)
        {
            _turn = _stop.IsCancellationRequested ? _turn : RunAsync(request, _turn);
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

    private async Task RunAsync(V1Request request, Task before)
    {
        await before.ConfigureAwait(false);
        _subscription?.Dispose();
        _subscription = null;
        try
        {
            if (request.Op == "unsubscribe")
            {
                client.Say(V1Signals.Ack(request, past: null, client.Hub.Now, client.IsSandbox));
                return;
            }

            var asksPast = request.Signals!.Snapshot > 0 || request.Signals.ResumeFrom is not null;
            _subscription = await client.Signals.SubscribeAsync(
                request.Signals,
                client.Say,
                (count, isWhole) => client.Say(V1Signals.Ack(request, asksPast ? (count, isWhole) : null, client.Hub.Now, client.IsSandbox)),
                _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // the client left
        }
        catch (ArchiveException trouble)
        {
            refuse(request.Id, new RequestException(ErrorCode.UpstreamUnavailable, $"The signals of the past could not be read: {trouble.Message}"));
        }
    }
}
