using System.Text.Json;
using OhlcvConnector.Server.FanOut.Sending;
using OhlcvConnector.Server.Rest;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Server.Paper;

/// <summary>
/// What one client of the WebSocket hears of paper accounts: a snapshot of each, then every change after it. A change that is in a snapshot already may come
/// again behind it, never is one left out.
/// </summary>
internal sealed class PaperFeed : IDisposable
{
    private readonly PaperService _paper;
    private readonly IReadOnlyList<string> _accounts;
    private readonly Action<byte[]> _say;
    private readonly Lock _saying = new(); // a change is said behind the snapshot that it follows
    private readonly Dictionary<long, long> _steps = [];
    private volatile bool _isBegun;

    private PaperFeed(PaperService paper, IReadOnlyList<string> accounts, Action<byte[]> say) => (_paper, _accounts, _say) = (paper, accounts, say);

    /// <summary>Begins to say what happens.</summary>
    /// <exception cref="RequestException">There is no such account.</exception>
    public static PaperFeed Begin(PaperService paper, IReadOnlyList<string> accounts, Action<byte[]> say)
    {
        foreach (var name in accounts)
        {
            if (paper.Desk.Find(name) is null)
            {
                throw paper.Missing(name);
            }
        }

        var feed = new PaperFeed(paper, accounts, say);
        paper.Follow(feed.OnChange);
        foreach (var account in paper.Desk.Accounts().Where(one => feed.IsWanted(one.Record.Definition)))
        {
            feed.SaySnapshot(account);
        }

        feed._isBegun = true;
        return feed;
    }

    /// <inheritdoc/>
    public void Dispose() => _paper.Unfollow(OnChange);

    private bool IsWanted(PaperDefinition account) => _accounts.Count == 0 || _accounts.Contains(account.Name, StringComparer.OrdinalIgnoreCase);

    private void SaySnapshot(PaperStatus account)
    {
        while (true)
        {
            lock (_saying)
            {
                _steps[account.Record.Id] = account.State.Step;
                _say(Frame(Message("snapshot", account.Record.Definition, account.State, account.Positions, account.OpenOrders, fills: null, events: null)));
            }

            if (_paper.Desk.Find(account.Record.Definition.Name) is not { } now || now.State.Step == account.State.Step || now.Record.Id != account.Record.Id)
            {
                return;
            }

            account = now; // a step came between looking and saying that changes are wanted from here
        }
    }

    private void OnChange(PaperRecord record, PaperChange change)
    {
        lock (_saying)
        {
            if (!IsWanted(record.Definition) || (_steps.TryGetValue(record.Id, out var step) ? change.State.Step <= step : !_isBegun))
            {
                return; // in the snapshot already, or before it
            }

            _say(Frame(Message(
                "change", record.Definition, change.State, change.Positions, change.Orders, change.Fills, [.. change.Events.Select(one => one.Text)])));
        }
    }

    private PaperMessage Message(
        string kind, PaperDefinition account, PaperState state, IReadOnlyList<PaperPosition> positions, IReadOnlyList<PaperOrder> orders,
        IReadOnlyList<PaperFill>? fills, IReadOnlyList<string>? events) => new()
        {
            Event = kind,
            Account = account.Name,
            Step = state.Step,
            Time = state.NowMs is { } now ? PaperRows.Time(now) : null,
            Cash = state.Step == 0 ? account.Broker.Cash : state.Cash,
            Equity = state.Step == 0 ? account.Broker.Cash : state.Equity,
            Halt = state.Halt,
            StrategyError = state.StrategyError,
            Positions = [.. positions.Select(one => PaperRows.Row(one, account))],
            Orders = [.. orders.Select(one => PaperRows.Row(one, account))],
            Fills = fills is null ? null : [.. fills.Select(one => PaperRows.Row(one, account))],
            Events = events,
            Sandbox = _paper.IsSandbox ? true : null,
        };

    private static byte[] Frame(PaperMessage message) =>
        WebSocketFrame.Text(JsonSerializer.SerializeToUtf8Bytes(message, RestNames.Snake.GetTypeInfo(typeof(PaperMessage))));
}
