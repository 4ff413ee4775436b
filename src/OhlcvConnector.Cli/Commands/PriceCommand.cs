using System.CommandLine;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Application.Prices;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Pricing;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;
using OhlcvConnector.Prices;
using OhlcvConnector.Server.Prices;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli price BTC ETH</c>: the newest prices of assets, once or as they change, and a notice when one crosses a limit.</summary>
internal static class PriceCommand
{
    private sealed record Arguments(
        Argument<string[]> Assets, Option<string?> Quote, Option<bool> Watch, Option<decimal?> Above, Option<decimal?> Below, Option<string?> Notify,
        Option<string[]> Provider, Option<long> Limit, Option<string> Output);

    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var arguments = new Arguments(
            new("assets") { Description = "The assets: BTC ETH, or BTC,ETH.", Arity = ArgumentArity.OneOrMore, HelpName = "assets" },
            new("--quote", "-q") { Description = "The currency: USDT, USD, EUR. Default: the first in which a source has the asset.", HelpName = "currency" },
            new("--watch") { Description = "Go on, and write each price when it changes." },
            new("--above") { Description = "Wait until a price is as high, say so, and end (with --watch: go on).", HelpName = "price" },
            new("--below") { Description = "Wait until a price is as low, say so, and end (with --watch: go on).", HelpName = "price" },
            new("--notify") { Description = "Where --above and --below are told: JSON by POST. Default: stderr.", HelpName = "URL" },
            new("--provider") { Description = $"The sources, the preferred one first: {string.Join(", ", PriceSources.All)}. Can be repeated.", HelpName = "name" },
            NumberOption.Create("--limit", 0, long.MaxValue, 0L, "End after so many prices; 0 for never.", "-n"),
            CommonOptions.Output("text", "json"));
        var session = new Session.Options();
        var command = new Command("price", "Shows the newest prices of assets, with their age.\n\n  connector-cli price BTC ETH\n  connector-cli price BTC --quote EUR --output json\n  connector-cli price BTC --above 100000 --notify https://example.com/hook")
        {
            arguments.Assets, arguments.Quote, arguments.Watch, arguments.Above, arguments.Below, arguments.Notify, arguments.Provider, arguments.Limit,
            arguments.Output,
        };
        session.AddTo(command, withBaseUrl: false);
        command.SetAction((parsed, cancellationToken) => RunAsync(terminal, parsed, arguments, session, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        CliTerminal terminal, ParseResult parsed, Arguments arguments, Session.Options options, CancellationToken cancellationToken)
    {
        var requests = Requests(parsed, arguments);
        var limits = (Above: parsed.GetValue(arguments.Above), Below: parsed.GetValue(arguments.Below));
        var hasLimit = limits.Above is not null || limits.Below is not null;
        if (parsed.GetValue(arguments.Notify) is not null && !hasLimit)
        {
            throw new UsageException("--notify needs --above or --below: of what is it to tell?");
        }

        var address = parsed.GetValue(arguments.Notify) is { } url ? CommonOptions.ReadAddress("--notify", url) : null;
        if (address is { Scheme: not ("http" or "https") })
        {
            throw new UsageException($"--notify is told by HTTP: write an address such as https://example.com/hook instead of '{address.Scheme}:'.");
        }

        await using var open = await Session.OpenAsync(terminal, parsed, options, exchange: null, cancellationToken).ConfigureAwait(false);
        var server = new ServerOptions { TimeProvider = terminal.Clock };
        open.Settings.Apply(ServerSettings.Table, server, TextWriter.Null);
        var names = parsed.GetValue(arguments.Provider) is { Length: > 0 } given ? [.. given.Select(PriceSources.Find).Distinct()] : PriceSources.Of(server);
        await using var sources = new Sources(
            names.Select(name => PriceProviders.Create(name, server, open.Instruments, open.Feeds, open.MarketClock, open.ConnectorOptions.Sandbox)));
        var settings = new PriceTrackerOptions { OnTrouble = words => terminal.Error.WriteLine($"warning: {words}") };
        await using var tracker = new PriceTracker(sources.All, settings, open.MarketClock, terminal.Clock);
        var writer = new Writer(terminal, parsed.GetRequiredValue(arguments.Output), open.IsSandbox);
        if (hasLimit)
        {
            var notice = address is null ? null : new PriceNotice(address, terminal.Clock);
            await TellAsync(tracker.WatchAsync(requests, cancellationToken).Crossings(limits.Above, limits.Below, cancellationToken)).ConfigureAwait(false);
            return ExitCode.Done;

            async Task TellAsync(IAsyncEnumerable<TrackedPrice> crossings)
            {
                var left = requests.ToHashSet();
                await foreach (var price in crossings.ConfigureAwait(false))
                {
                    writer.Write([price]);
                    if (notice is not null)
                    {
                        await notice.TellAsync(price, limits, open.IsSandbox, cancellationToken).ConfigureAwait(false);
                    }

                    left.Remove(price.Request);
                    if (left.Count == 0 && !parsed.GetValue(arguments.Watch))
                    {
                        return;
                    }
                }
            }
        }

        if (parsed.GetValue(arguments.Watch))
        {
            await WatchAsync(tracker, requests, writer, parsed.GetValue(arguments.Limit), cancellationToken).ConfigureAwait(false);
            return ExitCode.Done;
        }

        var found = await tracker.ReadAsync(requests, maxAge: null, cancellationToken).ConfigureAwait(false);
        writer.Write(found);
        return found.All(price => price.Price is not null) ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task WatchAsync(
        PriceTracker tracker, IReadOnlyList<PriceRequest> requests, Writer writer, long most, CancellationToken cancellationToken)
    {
        var written = 0L;
        await foreach (var price in tracker.WatchAsync(requests, cancellationToken).ConfigureAwait(false))
        {
            writer.Write([price]);
            if (++written == most)
            {
                return;
            }
        }
    }

    private static List<PriceRequest> Requests(ParseResult parsed, Arguments arguments)
    {
        foreach (var name in parsed.GetValue(arguments.Provider) ?? [])
        {
            PriceSources.Find(name);
        }

        var quote = parsed.GetValue(arguments.Quote) is not { } written ? null
            : PriceRequest.Normalize(written) ?? throw new UsageException($"--quote is '{written}'; write a currency such as USDT.");
        return
        [
            .. parsed.GetRequiredValue(arguments.Assets)
                .SelectMany(word => word.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                .Select(word => PriceRequest.Normalize(word) ?? throw new UsageException($"'{word}' is no asset; write a name such as BTC."))
                .Select(asset => new PriceRequest(asset, quote))
                .Distinct(),
        ];
    }

    /// <summary>The sources, which are disposed of together.</summary>
    private sealed class Sources(IEnumerable<IPriceProvider> all) : IAsyncDisposable
    {
        public IReadOnlyList<IPriceProvider> All { get; } = [.. all];

        public async ValueTask DisposeAsync()
        {
            foreach (var source in All)
            {
                if (source is IAsyncDisposable asynchronous)
                {
                    await asynchronous.DisposeAsync().ConfigureAwait(false);
                }
                else
                {
                    (source as IDisposable)?.Dispose();
                }
            }
        }
    }

    private sealed class Writer(CliTerminal terminal, string format, bool isSandbox)
    {
        private readonly OutputBuffer _output = new(terminal.Output);
        private bool _hasBegun;

        public void Write(IReadOnlyList<TrackedPrice> prices)
        {
            if (format == CommonOptions.Text && !_hasBegun)
            {
                Line((isSandbox ? "SANDBOX: simulated prices; none of this is real\n" : "") + PriceText.Heading);
            }

            _hasBegun = true;
            foreach (var price in prices)
            {
                if (format == CommonOptions.Text)
                {
                    Line(PriceText.Line(price, terminal.Variable("TERM") == "dumb") + (isSandbox ? " ~" : ""));
                    continue;
                }

                using (var json = new Utf8JsonWriter(_output.Writer))
                {
                    PriceFieldSet.All.Write(json, price, Error(price), RollingHours, isSandbox);
                }

                _output.EndLine();
            }

            _output.Flush();
        }

        private const int RollingHours = 24;

        private static string? Error(TrackedPrice price) => price.Problem switch
        {
            PriceProblem.Unknown => "unknown_symbol",
            PriceProblem.Unavailable => "upstream_unavailable",
            _ => null,
        };

        private void Line(string text)
        {
            Encoding.UTF8.GetBytes(text, _output.Writer);
            _output.EndLine();
        }
    }
}
