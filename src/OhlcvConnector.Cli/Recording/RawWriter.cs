using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Domain;
using ZstdSharp;

namespace OhlcvConnector.Cli.Recording;

/// <summary>
/// Keeps what exchanges send, as it came, with its time: files of an hour each, of lines of JSON in blocks of zstd. A block is written every second, so that a
/// file that was never closed is read to its last block.
/// </summary>
/// <param name="directory">Where to.</param>
/// <param name="keep">How much stays.</param>
/// <param name="clock">The clock of candles, which the times are of.</param>
/// <param name="isSimulated">Whether none of it is real, which each file says.</param>
/// <param name="say">Told in words what goes wrong.</param>
internal sealed class RawWriter(string directory, RawKeep keep, TimeProvider clock, bool isSimulated, Action<string> say) : IAsyncDisposable
{
    private const int MaxWaiting = 64 * 1024 * 1024; // bytes; what is more while nothing can be written is lost, and counted
    private const int Level = 3;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Compressor _compressor = new(Level);
    private readonly Dictionary<(string Exchange, Market Market, string Symbol), Instrument> _instruments = [];
    private ArrayBufferWriter<byte> _waiting = new();
    private ArrayBufferWriter<byte> _spare = new();
    private FileStream? _file;
    private string _hour = "";
    private Task _writing = Task.CompletedTask;
    private bool _isFailing;
    private long _lost;

    /// <summary>How many messages were lost because they could not be written.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Begins to write.</summary>
    /// <exception cref="IOException">The directory cannot be made.</exception>
    public void Start()
    {
        Directory.CreateDirectory(directory);
        _writing = Task.Run(RunAsync);
    }

    /// <summary>Takes a message as it came; by any thread, which does not wait for the disk.</summary>
    public void Take(string exchange, Market market, string? request, ReadOnlySpan<byte> message)
    {
        lock (_gate)
        {
            if (_waiting.WrittenCount > MaxWaiting)
            {
                _lost++;
                return;
            }

            Begin(_waiting, exchange, market);
            if (request is not null)
            {
                Encoding.UTF8.GetBytes($",\"request\":\"{JsonEncodedText.Encode(request)}\"", _waiting);
            }

            _waiting.Write(",\"frame\":"u8);
            if (message is [(byte)'{' or (byte)'[', ..] && !message.ContainsAny((byte)'\n', (byte)'\r') && IsJson(message))
            {
                _waiting.Write(message);
            }
            else
            {
                Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(message)}\"", _waiting);
            }

            _waiting.Write("}\n"u8);
        }
    }

    /// <summary>Takes a closed candle as it was delivered, so that a replay knows how it ended.</summary>
    public void Take(PriceQuote candle)
    {
        using var line = new MemoryStream();
        var writer = new JsonQuoteWriter(line, isSimulated, [], TimeStyle.Iso);
        writer.Write(candle, []);
        writer.Flush();
        lock (_gate)
        {
            Begin(_waiting, candle.Exchange, candle.Market);
            _waiting.Write(",\"candle\":"u8);
            _waiting.Write(line.GetBuffer().AsSpan(0, (int)line.Length).TrimEnd((byte)'\n'));
            _waiting.Write("}\n"u8);
        }
    }

    /// <summary>Takes instruments that are followed; each file begins with them.</summary>
    public void Take(IEnumerable<Instrument> instruments)
    {
        lock (_gate)
        {
            foreach (var one in instruments)
            {
                if (_instruments.TryAdd((one.Exchange, one.Market, one.VenueSymbol), one))
                {
                    Write(_waiting, one);
                }
            }
        }
    }

    /// <summary>Writes what waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
        await WriteAsync().ConfigureAwait(false);
        _file?.Dispose();
        _compressor.Dispose();
        _stop.Dispose();
    }

    private static bool IsJson(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message);
        try
        {
            return reader.Read() && reader.TrySkip() && reader.BytesConsumed == message.Length;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Every);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                await WriteAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // the rest is written at the end
        }
    }

    private async Task WriteAsync()
    {
        ArrayBufferWriter<byte> block;
        lock (_gate)
        {
            (block, _waiting, _spare) = (_waiting, _spare, _waiting);
        }

        if (block.WrittenCount == 0)
        {
            return;
        }

        try
        {
            Open();
            await _file!.WriteAsync(_compressor.Wrap(block.WrittenSpan).ToArray()).ConfigureAwait(false);
            await _file.FlushAsync().ConfigureAwait(false);
            Tell(isFailing: false, "Raw messages can be written again.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Interlocked.Add(ref _lost, block.WrittenSpan.Count((byte)'\n'));
            _file?.Dispose();
            (_file, _hour) = (null, ""); // a block that is half written ends its file: the next begins another
            Tell(isFailing: true, $"Raw messages cannot be written to {directory}, and are lost: {exception.Message}");
        }
        finally
        {
            block.ResetWrittenCount();
        }
    }

    private void Open()
    {
        var hour = clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HH", CultureInfo.InvariantCulture);
        if (hour == _hour && _file is not null)
        {
            return;
        }

        _file?.Dispose();
        _hour = hour;
        for (var number = 0; ; number++)
        {
            var path = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{RawFiles.Prefix}{hour}-{number:000}{RawFiles.Ending}"));
            if (!File.Exists(path)) // what another run left may end in the middle of a block
            {
                _file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
                break;
            }
        }

        keep.Apply(directory, _file.Name, clock.GetUtcNow());
        var head = new ArrayBufferWriter<byte>();
        Encoding.UTF8.GetBytes($"{{\"recorder\":\"ohlcv-connector\",\"version\":1{(isSimulated ? ",\"sandbox\":true" : "")}}}\n", head);
        lock (_gate)
        {
            foreach (var one in _instruments.Values)
            {
                Write(head, one);
            }
        }

        _file.Write(_compressor.Wrap(head.WrittenSpan));
    }

    private void Begin(ArrayBufferWriter<byte> line, string exchange, Market market) => Encoding.UTF8.GetBytes(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"receivedUnixMillis\":{clock.GetUtcNow().ToUnixTimeMilliseconds()},\"exchange\":\"{exchange}\",\"market\":\"{market.Name()}\""), line);

    private void Write(ArrayBufferWriter<byte> line, Instrument one)
    {
        Begin(line, one.Exchange, one.Market);
        line.Write(",\"instrument\":"u8);
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            InstrumentJson.Write(json, one);
            json.WriteEndObject();
        }

        line.Write("}\n"u8);
    }

    private void Tell(bool isFailing, string words)
    {
        if (isFailing != _isFailing)
        {
            _isFailing = isFailing;
            say(words);
        }
    }
}
