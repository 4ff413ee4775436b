using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OhlcvConnector.Application.Keys;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Rest;
using OhlcvConnector.Server.Signals;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Server.Paper;

/// <summary>For paper trading: <c>/api/v1/paper/...</c>, accounts, orders, positions, trades, equity, and hooks of charting services.</summary>
internal sealed class PaperEndpoint(PaperService paper, SignalRuleFile file, RestGuard guard)
{
    private const int MostAccounts = 100;
    private const int MostSymbols = 50;

    /// <summary>Adds the paths.</summary>
    public void Map(WebApplication application)
    {
        Add(PaperRoutes.Accounts, query => AnswerAsync(query, new PaperAccountsAnswer { Accounts = [.. paper.Desk.Accounts().Select(PaperRows.Row)] }));
        Add(PaperRoutes.Find, query => AnswerAsync(query, new PaperAccountAnswer { Account = PaperRows.Row(Account(query)) }));
        Add(PaperRoutes.Create, CreateAsync);
        Add(PaperRoutes.Close, CloseAsync);
        Add(PaperRoutes.Reset, ResetAsync);
        Add(PaperRoutes.Deposit, async query =>
        {
            var move = await query.BodyAsync<MoneyMove>().ConfigureAwait(false);
            await DoAsync(query, new PaperCommand(PaperCommandKind.Deposit) { Amount = move.Amount, Id = move.Id }).ConfigureAwait(false);
        });
        Add(PaperRoutes.Halt, async query => await DoAsync(query, HaltOf(await query.BodyAsync<HaltWish>().ConfigureAwait(false))).ConfigureAwait(false));
        Add(PaperRoutes.Resume, query => DoAsync(query, new PaperCommand(PaperCommandKind.Resume)));
        Add(PaperRoutes.HaltAll, HaltAllAsync);
        Add(PaperRoutes.Place, PlaceAsync);
        Add(PaperRoutes.Amend, AmendAsync);
        Add(PaperRoutes.Cancel, query => DoAsync(query, new PaperCommand(PaperCommandKind.Cancel) { Order = OrderOf(query) }));
        Add(PaperRoutes.Hook, query => HookAsync(query, query.Context.Request.Headers["X-Hook-Secret"]));
        Add(PaperRoutes.HookWithSecret, query => HookAsync(query, Path(query, "secret")));
        Add(PaperRoutes.Orders, query => ListAsync(query, (account, limit) => new PaperOrdersAnswer
        {
            Orders = [.. paper.Ledger.Orders(account.Id, query.Truth(PaperRoutes.Open.Name), limit).Select(one => PaperRows.Row(one, account.Definition))],
        }));
        Add(PaperRoutes.Fills, query => ListAsync(query, (account, limit) => new PaperFillsAnswer
        {
            Fills = [.. paper.Ledger.Fills(account.Id, limit).Select(one => PaperRows.Row(one, account.Definition))],
        }));
        Add(PaperRoutes.Trades, query => ListAsync(query, (account, limit) => new PaperTradesAnswer
        {
            Trades = [.. paper.Ledger.Trades(account.Id, limit).Select(one => PaperRows.Row(one, account.Definition))],
        }));
        Add(PaperRoutes.Equity, query => ListAsync(query, (account, limit) => new PaperEquityAnswer
        {
            Equity = [.. paper.Ledger.Equity(account.Id, limit).Select(one => new EquityRow { Time = PaperRows.Time(one.Key), Equity = one.Value })],
        }));
        Add(PaperRoutes.Positions, query =>
        {
            var account = Account(query);
            return AnswerAsync(
                query, new PaperPositionsAnswer { Positions = [.. account.Positions.Select(one => PaperRows.Row(one, account.Record.Definition))] });
        });

        void Add(RestRoute route, Func<RestQuery, Task> answer) => guard.Map(application, route, answer);
    }

    private async Task CreateAsync(RestQuery query)
    {
        var wanted = await query.BodyAsync<NewAccount>().ConfigureAwait(false);
        if (paper.Desk.Accounts().Count >= MostAccounts)
        {
            throw new RequestException(ErrorCode.Conflict, $"There are {MostAccounts} paper accounts already; close one.");
        }

        if (wanted.Symbols.Count is 0 or > MostSymbols)
        {
            throw RestQuery.Bad($"'symbols' must name 1 to {MostSymbols} symbols.");
        }

        if (paper.Desk.Find(wanted.Name) is not null)
        {
            throw new RequestException(ErrorCode.Conflict, $"There is a paper account '{wanted.Name}' already. Reset or close it, or take another name.");
        }

        var secret = wanted.Hooks == true ? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) : null;
        try
        {
            var made = paper.Desk.Create(await DefineAsync(query, wanted, secret).ConfigureAwait(false));
            await AnswerAsync(query, new PaperAccountAnswer { Account = PaperRows.Row(made), HookSecret = secret }).ConfigureAwait(false);
        }
        catch (InvalidSettingException exception)
        {
            throw RestQuery.Bad(exception.Message);
        }
    }

    private async Task<PaperDefinition> DefineAsync(RestQuery query, NewAccount wanted, string? secret)
    {
        query.WaitsFor = $"the symbols of {wanted.Exchange}";
        if (!Interval.TryParse(wanted.Interval ?? PaperWishes.UsualInterval, out _))
        {
            throw new RequestException(ErrorCode.UnsupportedInterval, $"'{wanted.Interval}' is no interval. Write a number and a unit, such as 1m, 4h or 1d.");
        }

        var wish = PaperAccountReader.Read(wanted, file);
        var series = await paper.Markets.FindAsync(wish, query.Token).ConfigureAwait(false);
        return PaperWishes.Define(wish, series, paper.Clock.GetUtcNow(), paper.IsSandbox) with { HookHash = secret is null ? null : KeySecret.HashOf(secret) };
    }

    private async Task CloseAsync(RestQuery query)
    {
        var account = Account(query);
        await paper.Desk.CloseAsync(account.Record.Definition.Name).ConfigureAwait(false);
        await AnswerAsync(query, new PaperDoneAnswer()).ConfigureAwait(false);
    }

    private async Task ResetAsync(RestQuery query)
    {
        var wanted = await query.BodyAsync<ResetMoney>().ConfigureAwait(false);
        var account = Account(query).Record.Definition;
        try
        {
            (account.Broker with { Cash = wanted.Cash ?? account.Broker.Cash }).Check();
        }
        catch (InvalidSettingException exception)
        {
            throw RestQuery.Bad(exception.Message);
        }

        var fresh = await paper.Desk.ResetAsync(account.Name, wanted.Cash).ConfigureAwait(false) ?? throw paper.Missing(account.Name);
        await AnswerAsync(query, new PaperAccountAnswer { Account = PaperRows.Row(fresh) }).ConfigureAwait(false);
    }

    private async Task HaltAllAsync(RestQuery query)
    {
        var command = HaltOf(await query.BodyAsync<HaltWish>().ConfigureAwait(false));
        foreach (var account in paper.Desk.Accounts())
        {
            paper.Desk.Do(account.Record.Definition.Name, command);
        }

        await AnswerAsync(query, new PaperDoneAnswer()).ConfigureAwait(false);
    }

    private async Task PlaceAsync(RestQuery query)
    {
        var order = await query.BodyAsync<NewOrder>().ConfigureAwait(false);
        await DoAsync(query, PaperOrders.Read(order, Account(query).Record.Definition)).ConfigureAwait(false);
    }

    private async Task AmendAsync(RestQuery query)
    {
        var change = await query.BodyAsync<OrderChange>().ConfigureAwait(false);
        var id = OrderOf(query);
        var order = Account(query).OpenOrders.FirstOrDefault(one => one.Id == id)
            ?? throw new RequestException(ErrorCode.NotFound, $"There is no open order {id}.");
        var changed = PaperOrders.Change(order.Request, change);
        await DoAsync(query, new PaperCommand(PaperCommandKind.Amend) { Order = id, Request = changed }).ConfigureAwait(false);
    }

    private async Task HookAsync(RestQuery query, string? secret)
    {
        var alert = PaperHookReader.Read(await query.BytesAsync().ConfigureAwait(false));
        var account = paper.Desk.Find(Path(query, "account"));
        var shown = Encoding.ASCII.GetBytes(KeySecret.HashOf(secret ?? alert.Secret ?? ""));
        if (account?.Record.Definition.HookHash is not { } hash || !CryptographicOperations.FixedTimeEquals(shown, Encoding.ASCII.GetBytes(hash)))
        {
            throw new RequestException(ErrorCode.Unauthorized, "There is no such account, it takes no hooks, or the secret is not its own.");
        }

        var definition = account.Record.Definition;
        if (!alert.Closes)
        {
            await DoAsync(query, PaperOrders.Read(alert.Order, definition)).ConfigureAwait(false);
            return;
        }

        var held = account.Positions[PaperOrders.SeriesOf(alert.Order.Symbol, definition)];
        var closing = alert.Order with { Side = held.Quantity < 0 ? "buy" : "sell", Quantity = null, Position = true };
        await DoAsync(query, PaperOrders.Read(closing, definition)).ConfigureAwait(false);
    }

    private async Task DoAsync(RestQuery query, PaperCommand command)
    {
        var name = Path(query, "account");
        PaperReply reply;
        try
        {
            reply = paper.Desk.Do(name, command) ?? throw paper.Missing(name);
        }
        catch (IOException exception)
        {
            throw new RequestException(ErrorCode.UpstreamUnavailable, exception.Message) { RetryAfter = TimeSpan.FromSeconds(1) };
        }

        if (reply.Problem is { } problem)
        {
            var isGone = command.Kind is PaperCommandKind.Amend or PaperCommandKind.Cancel && reply.Order is null;
            throw new RequestException(isGone ? ErrorCode.NotFound : ErrorCode.BadRequest, $"PAPER: refused: {problem}.");
        }

        await AnswerAsync(query, new PaperDoneAnswer { Order = reply.Order, AlreadyDone = reply.IsKnown }).ConfigureAwait(false);
    }

    private Task ListAsync(RestQuery query, Func<PaperRecord, int, PaperAnswer> list) =>
        AnswerAsync(query, list(Account(query).Record, query.Whole(PaperRoutes.Limit)));

    private Task AnswerAsync(RestQuery query, PaperAnswer answer)
    {
        query.Context.Response.Headers.CacheControl = "no-store";
        return guard.WriteAsync(query.Context, StatusCodes.Status200OK, answer);
    }

    private PaperStatus Account(RestQuery query) => paper.Desk.Find(Path(query, "account")) ?? throw paper.Missing(Path(query, "account"));

    private static PaperCommand HaltOf(HaltWish wish) =>
        new(wish.ClosePositions == true ? PaperCommandKind.HaltAndClose : PaperCommandKind.Halt) { Reason = wish.Reason };

    private static int OrderOf(RestQuery query) =>
        int.TryParse(Path(query, "order"), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw RestQuery.Bad("An order's number is a whole one.");

    private static string Path(RestQuery query, string name) => (string)query.Context.Request.RouteValues[name]!;
}
