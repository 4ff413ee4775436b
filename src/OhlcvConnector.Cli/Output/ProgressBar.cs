using System.Globalization;

namespace OhlcvConnector.Cli.Output;

/// <summary>How far a long read is, on one line that is written over.</summary>
internal sealed class ProgressBar(CliTerminal terminal, long total) : IDisposable
{
    private const int Width = 40;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    private long _shownAt;
    private long _done;

    /// <summary>So many are done.</summary>
    public void Advance(long done)
    {
        _done = done;
        if (_shownAt == 0 || terminal.Clock.GetElapsedTime(_shownAt) >= Every)
        {
            Show();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Show();
        terminal.Error.WriteLine();
    }

    private void Show()
    {
        _shownAt = terminal.Clock.GetTimestamp();
        var part = total == 0 ? 1 : Math.Clamp(_done / (double)total, 0, 1);
        var filled = (int)(part * Width);
        terminal.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r[{new string('#', filled)}{new string('.', Width - filled)}] {part:P0} {_done}/{total} candles"));
    }
}
