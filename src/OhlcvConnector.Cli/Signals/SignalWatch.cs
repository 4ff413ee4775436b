using System.Runtime.CompilerServices;
using OhlcvConnector.Application;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Cli.Signals;

/// <summary>Runs rules on series as their candles close.</summary>
/// <param name="session">The connector.</param>
/// <param name="rules">The rules.</param>
/// <param name="isProvisional">True to give also what open candles would make, each once a candle.</param>
/// <param name="error">Takes what is wrong with rules.</param>
internal sealed class SignalWatch(Session session, RuleSet rules, bool isProvisional, TextWriter error)
{
    private readonly Dictionary<Series, RuleEvaluator> _evaluators = [];
    private readonly HashSet<string> _shown = [];

    /// <summary>The series of a target.</summary>
    public static async Task<Series> SeriesOfAsync(Session session, SeriesTarget target, Interval interval, CancellationToken cancellationToken)
    {
        var resolver = new StreamPrices(session.Instruments, session.Feeds, session.MarketClock);
        var request = new StreamRequest
        {
            Exchange = target.Exchange,
            Market = target.Market,
            Symbols = [target.Symbol],
            Interval = interval,
            BuildInterval = true
        };
        return (await resolver.ResolveAsync(request, cancellationToken).ConfigureAwait(false))[0];
    }

    /// <summary>Whether an exchange leaves out candles without trades.</summary>
    public static bool OmitsQuiet(string exchange) => SupportedExchanges.Find(exchange).Markets.Any(market => market.OmitsQuietCandles);

    /// <summary>Names rules that are about none of the series: a misspelt exchange is a pattern that nothing matches.</summary>
    public static void TellOfOthers(RuleSet rules, IReadOnlyCollection<Series> all, TextWriter error)
    {
        foreach (var rule in rules.Rules.Where(rule => !all.Any(rule.AppliesTo)))
        {
            error.WriteLine($"note: {rule.Name} is about none of these series; see its symbols and intervals.");
        }
    }

    /// <summary>Reads the past that the rules need, then what comes.</summary>
    public async IAsyncEnumerable<Signal> ReadAsync(
        IReadOnlyList<SeriesTarget> targets, Interval interval, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var began = session.MarketClock.GetUtcNow();
        var requests = new List<StreamRequest>();
        foreach (var target in targets)
        {
            var series = await SeriesOfAsync(session, target, interval, cancellationToken).ConfigureAwait(false);
            var evaluator = new RuleEvaluator(series, rules, OmitsQuiet(target.Exchange));
            _evaluators[series] = evaluator;
            Tell(rules.ProblemsOf(series));
            requests.Add(new StreamRequest
            {
                Exchange = target.Exchange,
                Market = series.Market,
                Symbols = [series.VenueSymbol],
                Interval = interval,
                BuildInterval = true,
                Since = DateTimeOffset.FromUnixTimeMilliseconds(evaluator.BeginMs(interval.FloorMs(began.ToUnixTimeMilliseconds()))),
                ClosedOnly = !isProvisional,
            });
        }

        TellOfOthers(rules, _evaluators.Keys, error);
        await foreach (var quote in session.Connector.StreamAsync(requests, cancellationToken).ConfigureAwait(false))
        {
            var evaluator = _evaluators[quote.Series];
            var signals = quote.IsClosed ? evaluator.Add(quote) : evaluator.Preview(quote);
            Tell(evaluator.TakeTroubles());
            foreach (var signal in quote.CloseTime <= began ? [] : signals)
            {
                if (!signal.IsProvisional || _shown.Add(signal.Id))
                {
                    yield return signal with { IsSandbox = session.IsSandbox };
                }
            }
        }
    }

    private void Tell(IReadOnlyList<RuleTrouble> troubles)
    {
        foreach (var trouble in troubles)
        {
            error.WriteLine($"warning: {trouble.Rule} on {trouble.Series}: {trouble.Message}");
        }
    }
}
