namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>
/// Window of a group's compressed frames: each refers to those before it, so that a client can read one only when it has got all since the window began, and
/// no other compressed one in between. For those who came, or missed some, it begins anew, though not at every turn: until then they get each frame compressed
/// by itself.
/// </summary>
internal sealed class SharedWindow : IDisposable
{
    private const int MinTurns = 16;

    private FramePacker? _packer;
    private int _turns;
    private volatile bool _isMissed;

    /// <summary>Identity of the window since it began; an outbox notes of which one it has got all.</summary>
    public object? Identity => _packer;

    /// <summary>True when the window begins with this turn, so that everybody can read its first part.</summary>
    public bool IsFresh => _turns == 1;

    /// <summary>Begins a turn.</summary>
    public void BeginTurn()
    {
        if (_packer is null || (_isMissed && _turns >= MinTurns))
        {
            _packer?.Dispose();
            _packer = new FramePacker(keepsWindow: true);
            (_turns, _isMissed) = (0, false);
        }

        _turns++;
    }

    /// <summary>Compresses the next frame.</summary>
    public byte[] Pack(byte[] frame) => _packer!.Pack(frame);

    /// <summary>Notes that a client has not got a part, or cannot read it; from any thread.</summary>
    public void Missed() => _isMissed = true;

    /// <inheritdoc/>
    public void Dispose() => _packer?.Dispose();
}
