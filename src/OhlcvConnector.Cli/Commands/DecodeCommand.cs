using System.CommandLine;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Recording;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Configuration;
using OhlcvConnector.Infrastructure.Recorded;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli decode binance FILE</c>: recorded messages to normalised candles, without a network.</summary>
internal static class DecodeCommand
{
    private delegate IReadOnlyList<string> Decoder(RecordedMessage message, out ReadOnlySpan<PriceQuote> quotes);

    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var exchange = CommonOptions.Exchange("Whose messages.");
        var file = new Argument<string>("file") { Description = "The recording: one JSON document, one message a line, or a file of 'record --raw'; - for stdin." };
        var market = CommonOptions.Market();
        var symbol = new Option<string?>("--symbol") { Description = "The symbol of history pages that do not name theirs." };
        var interval = new Option<string?>("--interval", "-i") { Description = "The interval of history pages; default: the distance of the rows." };
        var contractSize = NumberOption.CreateOptional(
            "--contract-size", 0, decimal.MaxValue, "What one contract stands for, where volume comes in contracts.");
        var times = TimeStyles.Option();
        var kind = ChoiceOption.Create("--kind", "What was recorded:", ["stream", "history"]);
        var command = new Command("decode", "Normalises recorded exchange messages to JSON lines, without a network.\n\n  connector-cli decode binance capture.jsonl\n  connector-cli decode binance klines.json --kind history --symbol BTCUSDT") { exchange, file, market, symbol, interval, contractSize, kind, times };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var decoder = new RecordedDecoder(
                parsed.GetRequiredValue(exchange), CommonOptions.ReadMarket(parsed.GetValue(market)), parsed.GetValue(symbol),
                CommonOptions.ReadInterval(parsed.GetValue(interval)), parsed.GetValue(contractSize), terminal.Clock);
            if (parsed.GetValue(market) is null && SupportedExchanges.Find(decoder.Exchange).DefaultMarket is null)
            {
                terminal.Error.WriteLine($"warning: {decoder.Exchange} serves several markets on one address, and a message does not say which; decoding as {decoder.Market.Name()}. Give --market.");
            }

            var bytes = await ReadAsync(terminal, parsed.GetRequiredValue(file), cancellationToken).ConfigureAwait(false);
            var isHistory = parsed.GetRequiredValue(kind) == "history";
            return Run(
                terminal,
                RawFiles.IsCompressed(bytes)
                    ? RawFiles.Messages(bytes, decoder.Exchange, parsed.GetValue(market) is null ? null : decoder.Market, isHistory)
                    : RecordedFile.Split(bytes),
                isHistory ? decoder.History : decoder.Stream,
                TimeStyles.Of(parsed.GetValue(times)),
                cancellationToken);
        });
        return command;
    }

    private static async Task<byte[]> ReadAsync(CliTerminal terminal, string file, CancellationToken cancellationToken)
    {
        if (file != "-")
        {
            return await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false);
        }

        using var all = new MemoryStream();
        await terminal.Input.CopyToAsync(all, cancellationToken).ConfigureAwait(false);
        return all.ToArray();
    }

    private static int Run(CliTerminal terminal, IEnumerable<RecordedMessage> file, Decoder decode, TimeStyle times, CancellationToken cancellationToken)
    {
        var writer = new JsonQuoteWriter(terminal.Output, isSandbox: false, [], times);
        var result = ExitCode.Done;
        var (messages, candles) = (0, 0);
        foreach (var message in file)
        {
            messages++;
            cancellationToken.ThrowIfCancellationRequested();
            var errors = decode(message, out var quotes);
            foreach (var wrong in errors)
            {
                terminal.Error.WriteLine($"error: line {message.Line}: {wrong}");
                result = ExitCode.Failed;
            }

            foreach (ref readonly var quote in quotes)
            {
                candles++;
                writer.Write(quote, []);
            }
        }

        writer.Flush();
        if (candles > 0 || result != ExitCode.Done)
        {
            return result;
        }

        terminal.Error.WriteLine($"error: 0 of {messages} messages were candles. Is it a recording of this exchange, market and --kind (stream or history)?");
        return ExitCode.Failed;
    }
}
