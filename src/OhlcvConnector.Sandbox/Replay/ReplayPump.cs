using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Replay;

/// <summary>Says again what was recorded, each message when the market's clock has come to its time.</summary>
internal sealed class ReplayPump : IDisposable
{
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(3); // an exchange knows how a candle ended before the recorder did
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(100);

    private readonly World _world;
    private readonly IEnumerator<SandboxMessage> _recorded;
    private readonly Queue<SandboxMessage> _waiting = [];
    private SandboxMessage? _next;

    /// <summary>Begins to read: what the first minutes tell is known at once.</summary>
    public ReplayPump(World world, SandboxRecording recording)
    {
        _world = world;
        _recorded = recording.Messages.GetEnumerator();
        _next = _recorded.MoveNext() ? _recorded.Current : null;
        ReadAhead(recording.Start);
    }

    /// <summary>Runs until all is said, or it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (_waiting.Count > 0 || _next is not null)
        {
            var now = _world.Clock.GetUtcNow();
            ReadAhead(now);
            while (_waiting.TryPeek(out var message) && message.At <= now)
            {
                _waiting.Dequeue();
                Say(message);
            }

            var wait = _waiting.TryPeek(out var due) ? (due.At - _world.Clock.GetUtcNow()) / _world.Clock.Speed : MaxWait;
            await Task.Delay(
                wait > MaxWait ? MaxWait : wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait, _world.Options.TimeProvider,
                cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _recorded.Dispose();

    private void ReadAhead(DateTimeOffset now)
    {
        while (_next is { } message && message.At <= now + Ahead)
        {
            _world.Recorded!.Of(message.Exchange).Learn(message);
            if (!message.Frame.IsEmpty)
            {
                _waiting.Enqueue(message);
            }

            _next = _recorded.MoveNext() ? _recorded.Current : null;
        }
    }

    private void Say(SandboxMessage message)
    {
        _world.Recorded!.Of(message.Exchange).Happen(message);
        foreach (var session in _world.Sessions(message.Exchange))
        {
            session.Say(message);
        }
    }
}
