using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Protocol;
using OhlcvConnector.Server.Rest;
using OhlcvConnector.Server.Signals;
using OhlcvConnector.Signals;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Server.Backtests;

/// <summary>For backtests: <c>/api/v1/strategies</c> and <c>/api/v1/backtests</c>.</summary>
internal sealed class BacktestEndpoint(
    BacktestDesk desk, IInstrumentRepository instruments, HistoryDesk history, MarketClock clock, Hub hub, ConnectionGate gate, RestGuard guard)
{
    private const int MostFolds = 20;

    /// <summary>Adds what runs backtests.</summary>
    public static void AddTo(IServiceCollection services)
    {
        services.AddSingleton<BacktestWork>();
        services.AddSingleton<BacktestDesk>();
        services.AddSingleton<BacktestEndpoint>();
    }

    /// <summary>Adds the paths.</summary>
    public void Map(WebApplication application)
    {
        guard.Map(application, BacktestRoutes.Strategies, query => guard.WriteFreshAsync(query, new StrategiesAnswer
        {
            Strategies = [.. StrategyCatalog.All.Append(StrategyCatalog.OfRules(new RuleSet([]))).Select(BacktestRows.Row)],
        }));
        guard.Map(application, BacktestRoutes.Start, StartAsync);
        guard.Map(
            application, BacktestRoutes.All, query => guard.WriteFreshAsync(query, new BacktestsAnswer { Backtests = [.. desk.All.Select(BacktestRows.Row)] }));
        guard.Map(application, BacktestRoutes.One, query => guard.WriteFreshAsync(query, BacktestRows.Answer(Find(query))));
        guard.Map(application, BacktestRoutes.End, query =>
        {
            var run = Find(query);
            desk.End(run);
            return guard.WriteFreshAsync(query, new BacktestStartedAnswer { Id = run.Id });
        });
    }

    private async Task StartAsync(RestQuery query)
    {
        var wanted = await query.BodyAsync<NewBacktest>().ConfigureAwait(false);
        BacktestPlan plan;
        try
        {
            plan = await PlanAsync(query, wanted).ConfigureAwait(false);
        }
        catch (InvalidSettingException exception)
        {
            throw RestQuery.Bad(exception.Message);
        }

        var run = desk.Start(plan);
        query.Context.Response.Headers.Location = $"{BacktestRoutes.All.Path}/{run.Id}";
        await guard.WriteFreshAsync(query, new BacktestStartedAnswer { Id = run.Id }, StatusCodes.Status202Accepted).ConfigureAwait(false);
    }

    private async Task<BacktestPlan> PlanAsync(RestQuery query, NewBacktest wanted)
    {
        var (kind, parameters) = (KindOf(wanted), wanted.Parameters ?? new Dictionary<string, decimal>());
        _ = kind.Create(parameters); // a wrong parameter is told before anything is asked
        if (wanted.Symbols.Count is 0 or > BacktestLimits.Symbols)
        {
            throw RestQuery.Bad($"'symbols' must name 1 to {BacktestLimits.Symbols} symbols.");
        }

        var interval = RestQuery.IntervalOf(wanted.Interval, "1h");
        var (from, to) = (wanted.From, wanted.To is { } end && end < hub.Now ? end : hub.Now);
        var asker = gate.AskerOf(query.Context);
        var series = new List<(Series Series, HistoryRequest Request)>();
        foreach (var symbol in wanted.Symbols)
        {
            query.WaitsFor = $"the symbols of {wanted.Exchange}";
            var request = RequestOf(wanted, symbol, interval, from, to);
            var (found, _, _) = await new FetchHistory(instruments, history.For(asker), clock.Clock).ResolveAsync(request, query.Token).ConfigureAwait(false);
            series.Add((found, request));
        }

        var plan = new BacktestPlan
        {
            Kind = kind,
            Parameters = parameters,
            Series = [.. series.DistinctBy(one => one.Series)], // however it is spelled, it is traded once
            Interval = interval,
            From = from,
            To = to,
            Broker = BrokerOf(wanted),
            VenueFees = (wanted.TakerFee is null, wanted.TakerFee is null && wanted.MakerFee is null),
            AllowsGaps = wanted.AllowGaps == true,
            Asker = asker,
        };
        var parts = plan.Series.Sum(one => BuiltHistory.CountOfParts(one.Series, hub.Exchanges, plan.Candles / plan.Series.Count));
        return parts <= BacktestLimits.Candles ? WalkForward(plan, wanted.WalkForward)
            : throw RestQuery.Bad($"This reads {parts} candles; at most {BacktestLimits.Candles} are. Ask for less time, or for a longer interval.");
    }

    private static StrategyKind KindOf(NewBacktest wanted)
    {
        if (wanted.Strategy.Equals(StrategyCatalog.Rules, StringComparison.OrdinalIgnoreCase))
        {
            return StrategyCatalog.OfRules(SentRules.Read(wanted.Rules ?? throw RestQuery.Bad("The strategy rules needs 'rules': a rule, a list, or a whole file.")));
        }

        return wanted.Rules is null ? StrategyCatalog.Find(wanted.Strategy) : throw RestQuery.Bad("'rules' is for the strategy rules alone.");
    }

    private static HistoryRequest RequestOf(NewBacktest wanted, string symbol, Interval interval, DateTimeOffset from, DateTimeOffset to) => new()
    {
        Exchange = wanted.Exchange,
        Market = RestQuery.MarketOf(wanted.Market),
        Symbol = symbol,
        Interval = interval,
        BuildInterval = true,
        From = from,
        To = to,
        WaitForLate = false,
    };

    private static BrokerOptions BrokerOf(NewBacktest wanted)
    {
        var usual = new BrokerOptions();
        var broker = usual with
        {
            Cash = wanted.Cash ?? usual.Cash,
            TakerFee = wanted.TakerFee ?? usual.TakerFee,
            MakerFee = wanted.MakerFee,
            Spread = wanted.Spread ?? usual.Spread,
            Slippage = wanted.Slippage ?? usual.Slippage,
            Leverage = wanted.Leverage ?? usual.Leverage,
            AllowShort = wanted.AllowShort ?? usual.AllowShort,
        };
        broker.Check();
        return broker;
    }

    private static BacktestPlan WalkForward(BacktestPlan plan, WalkForwardWish? wish)
    {
        if (wish is null)
        {
            return plan;
        }

        if (wish.Folds is < 1 or > MostFolds || wish.Ranges.Count == 0 || wish.Ranges.Any(range => range.Value.Count == 0))
        {
            throw RestQuery.Bad($"A walk-forward has 1 to {MostFolds} folds, and ranges with values: {{\"folds\":5,\"ranges\":{{\"fast\":[5,10,20]}}}}.");
        }

        var named = wish.Goal ?? nameof(SearchGoal.Sharpe);
        var goal = Enum.GetValues<SearchGoal>().Where(one => one.ToString().Equals(named, StringComparison.OrdinalIgnoreCase)).ToList();
        if (goal.Count == 0)
        {
            throw RestQuery.Bad($"There is no goal '{V1Reader.Shown(named)}'. Use sharpe, return, calmar or sqn.");
        }

        var count = wish.Ranges.Aggregate(1.0, (product, range) => product * range.Value.Count);
        if (count > BacktestLimits.Variants || count * wish.Folds * plan.Candles > BacktestLimits.Steps)
        {
            throw RestQuery.Bad(FormattableString.Invariant(
                $"These are {count:0} combinations over {plan.Candles} candles in {wish.Folds} parts; at most {BacktestLimits.Variants} combinations and {BacktestLimits.Steps} candles in all are tried."));
        }

        var variants = ParameterRange.Grid([.. wish.Ranges.Select(range => new ParameterRange(range.Key, [.. range.Value.Distinct()]))]);
        foreach (var variant in variants)
        {
            _ = plan.Kind.Create(variant);
        }

        return plan with { Folds = wish.Folds, Variants = variants, Goal = goal[0] };
    }

    private BacktestRun Find(RestQuery query)
    {
        var id = (string)query.Context.Request.RouteValues["id"]!;
        return desk.Find(id) ?? throw new RequestException(
            ErrorCode.NotFound, $"There is no backtest '{V1Reader.Shown(id)}'; {BacktestRoutes.All.Path} lists those that are kept, which a restart forgets.");
    }
}
