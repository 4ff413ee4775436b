using System.Text;
using System.Text.Json;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Recorded;

namespace OhlcvConnector.Cli.Recording;

/// <summary>Raw messages, for a sandbox that says them again.</summary>
/// <param name="directory">Where they are.</param>
/// <param name="start">What is older is known, and not said again; null for the beginning.</param>
internal sealed class RawReplay(string directory, DateTimeOffset? start)
{
    private readonly Dictionary<(string Exchange, Market Market), RecordedDecoder> _decoders = [];

    /// <summary>Opens the recording.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public SandboxRecording Open()
    {
        if (!Directory.Exists(directory) || RawFiles.In(directory).Count == 0)
        {
            throw new UsageException($"There are no raw messages in '{directory}'. 'connector-cli record --raw {directory}' keeps some.");
        }

        var first = Messages().FirstOrDefault(message => !message.Frame.IsEmpty && (start is null || message.At >= start))
            ?? throw new UsageException($"There is no frame in '{directory}'{(start is { } time ? $" since {QuoteFields.Time(time)}" : "")}.");
        return new SandboxRecording(start ?? first.At, Messages().Where(message => start is null || message.At >= start || message.Frame.IsEmpty));
    }

    private IEnumerable<SandboxMessage> Messages()
    {
        foreach (var path in RawFiles.In(directory))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            foreach (var line in RawFiles.Lines(file))
            {
                if (Read(line) is { } message)
                {
                    yield return message;
                }
            }
        }
    }

    private SandboxMessage? Read(RawLine line)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(line.Bytes);
        }
        catch (JsonException)
        {
            return null; // not ours
        }

        using (document)
        {
            var root = document.RootElement;
            if (!root.TryGetProperty("receivedUnixMillis", out var time) || !root.TryGetProperty("exchange", out var exchange)
                || !root.TryGetProperty("market", out var name) || !MarketNames.TryParse(name.GetString(), out var market))
            {
                return null;
            }

            var message = new SandboxMessage(DateTimeOffset.FromUnixTimeMilliseconds(time.GetInt64()), exchange.GetString()!, market);
            return root.TryGetProperty("instrument", out var instrument) ? message with { Instrument = InstrumentJson.Read(instrument) }
                : root.TryGetProperty("candle", out var candle) ? OfCandle(message, candle)
                : !root.TryGetProperty("frame", out var frame) ? null
                : root.TryGetProperty("request", out var request) ? message with { Request = request.GetString(), Answer = Bytes(frame) }
                : OfFrame(message, frame);
        }
    }

    private static SandboxMessage? OfCandle(SandboxMessage message, JsonElement candle) =>
        HistoryRow.Read("json", candle.GetRawText()) is { IsCandle: true } row ? message with { Candles = [row.ToQuote(row.Series)] } : null;

    /// <summary>What a frame is of: its candles, or whose trades. What is neither, such as an acknowledgement, the sandbox says itself.</summary>
    private SandboxMessage? OfFrame(SandboxMessage message, JsonElement frame)
    {
        var bytes = Bytes(frame);
        if (!_decoders.TryGetValue((message.Exchange, message.Market), out var decoder))
        {
            _decoders.Add((message.Exchange, message.Market), decoder = new RecordedDecoder(message.Exchange, message.Market));
        }

        decoder.Stream(new RecordedMessage(0, bytes, message.At), out var quotes);
        return quotes.Length > 0 ? message with { Frame = bytes, Candles = quotes.ToArray() }
            : TradesOf(frame) is { } symbol ? message with { Frame = bytes, TradesOf = symbol }
            : null;
    }

    /// <summary>The symbol of a message of trades, on the exchanges whose trades are read.</summary>
    private static string? TradesOf(JsonElement frame)
    {
        if (frame.ValueKind != JsonValueKind.Object || !frame.TryGetProperty("channel", out var channel)
            || channel.GetString()?.EndsWith("trades", StringComparison.Ordinal) != true
            || !(frame.TryGetProperty("result", out var trades) || frame.TryGetProperty("data", out trades)))
        {
            return null;
        }

        var trade = trades.ValueKind == JsonValueKind.Array && trades.GetArrayLength() > 0 ? trades[0] : trades;
        return trade.ValueKind == JsonValueKind.Object && (trade.TryGetProperty("coin", out var symbol) || trade.TryGetProperty("currency_pair", out symbol)
            || trade.TryGetProperty("contract", out symbol)) ? symbol.GetString() : null;
    }

    private static byte[] Bytes(JsonElement frame) =>
        Encoding.UTF8.GetBytes(frame.ValueKind == JsonValueKind.String ? frame.GetString()! : frame.GetRawText());
}
