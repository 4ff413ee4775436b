using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Signals;
using OhlcvConnector.Signals;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Server.Paper;

/// <summary>
/// The paper accounts of <c>trading_config.json</c>: those that are not there are made when the server has started, as soon as their exchange says what it
/// lists. Those that are there go on, and stay what they are.
/// </summary>
internal sealed class PaperSection : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    private readonly PaperService _paper;
    private readonly TimeProvider _clock;
    private readonly List<PaperWish> _wishes;
    private readonly ConcurrentDictionary<string, string> _problems = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Looks at the accounts.</summary>
    /// <exception cref="InvalidSettingException">One cannot be, or differs from the account of its name; the message says in what.</exception>
    public PaperSection(SignalRuleFile file, PaperService paper, ServerOptions options)
    {
        (_paper, _clock, _wishes) = (paper, options.TimeProvider, [.. file.Config.PaperAccounts]);
        var known = _paper.Ledger.Accounts().Select(record => record.Definition).ToList();
        foreach (var wish in _wishes)
        {
            try
            {
                var made = known.FirstOrDefault(one => one.Name.Equals(wish.Name, StringComparison.OrdinalIgnoreCase));
                var wished = Define(wish, made?.Series ?? []); // what its symbols mean is known when the exchange has said so
                wished.Broker.Check();
                _ = wished.CreateStrategy();
                if (made is not null)
                {
                    PaperWishes.CheckSame(wished, made);
                }
            }
            catch (InvalidSettingException exception)
            {
                throw new InvalidSettingException($"{nameof(options.SignalRules)} is '{options.SignalRules}', paper account {wish.Name}: {exception.Message}");
            }
        }
    }

    /// <summary>Accounts that are not made, or not as is wished for, by name, with the reason.</summary>
    public IReadOnlyDictionary<string, string> Problems => _problems;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var wish in _wishes.ToList())
            {
                await MakeAsync(wish, stoppingToken).ConfigureAwait(false);
            }

            if (_wishes.Count == 0)
            {
                return;
            }

            await Task.Delay(RetryAfter, _clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task MakeAsync(PaperWish wish, CancellationToken cancellationToken)
    {
        try
        {
            var wished = Define(wish, await _paper.Markets.FindAsync(wish, cancellationToken).ConfigureAwait(false));
            if (_paper.Desk.Find(wish.Name) is { } known)
            {
                PaperWishes.CheckSame(wished, known.Record.Definition);
            }
            else
            {
                _paper.Desk.Create(wished);
            }

            _wishes.Remove(wish);
            _problems.TryRemove(wish.Name, out _);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // the server stops
        }
        catch (Exception exception) // this account's alone; what it says is told, and it is tried again
        {
            if (_problems.GetValueOrDefault(wish.Name) != exception.Message)
            {
                _problems[wish.Name] = exception.Message;
                _paper.Trouble(wish.Name, exception.Message);
            }
        }
    }

    private PaperDefinition Define(PaperWish wish, IReadOnlyList<PaperSeries> series) =>
        PaperWishes.Define(wish, series, _paper.Clock.GetUtcNow(), _paper.IsSandbox);
}
