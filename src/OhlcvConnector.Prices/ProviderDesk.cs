using OhlcvConnector.Application.Prices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Prices;

/// <summary>Asks one source, several times where it fails, and not at all while it said not to.</summary>
/// <param name="provider">The source.</param>
/// <param name="options">How often.</param>
/// <param name="patience">How long one attempt may take.</param>
/// <param name="timer">The clock of waits.</param>
/// <param name="jitter">From 0 to 1.</param>
internal sealed class ProviderDesk(IPriceProvider provider, PriceTrackerOptions options, TimeSpan patience, TimeProvider timer, Func<double> jitter)
{
    private readonly Lock _gate = new();
    private long _asked;
    private long _failed;
    private long _limited;
    private (long Since, TimeSpan For)? _rest;
    private string? _problem;

    /// <summary>The source.</summary>
    public IPriceProvider Provider => provider;

    /// <summary>What it did.</summary>
    public PriceProviderState State
    {
        get
        {
            lock (_gate)
            {
                return new PriceProviderState(provider.Name, _asked, _failed, _limited, IsResting, _problem);
            }
        }
    }

    private bool IsResting => _rest is { } rest && timer.GetElapsedTime(rest.Since) < rest.For;

    /// <summary>What it answers; null when it cannot be asked.</summary>
    public async Task<IReadOnlyDictionary<PriceRequest, AssetPrice?>?> AskAsync(IReadOnlyCollection<PriceRequest> requests, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (IsResting)
            {
                return null;
            }
        }

        for (var attempt = 1; ; attempt++)
        {
            using var deadline = new CancellationTokenSource(patience, timer);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
            Exception failure;
            try
            {
                var found = await provider.ReadAsync(requests, either.Token).ConfigureAwait(false);
                Succeeded();
                return found;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested) // whatever is wrong with one source, the next is asked
            {
                failure = exception is OperationCanceledException
                    ? new PriceProviderException(provider.Name, FormattableString.Invariant($"no answer within {patience.TotalSeconds} s."))
                    : exception;
            }

            var isLast = attempt >= options.Attempts || provider.Delivery == PriceDelivery.Stream; // which tries again by itself
            if (Failed(failure, isLast) || isLast)
            {
                return null;
            }

            await Task.Delay(options.RetryDelay * Math.Pow(2, attempt - 1) * (0.5 + jitter()), timer, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Succeeded()
    {
        lock (_gate)
        {
            _asked++;
            (_rest, _problem) = (null, null);
        }
    }

    /// <summary>Counts a failure; whether asking again is useless for a while.</summary>
    private bool Failed(Exception failure, bool isLast)
    {
        var rest = (failure as PriceProviderException)?.RetryAfter;
        lock (_gate)
        {
            _asked++;
            _failed++;
            _problem = failure.Message;
            if (rest is { } time)
            {
                _limited++;
                _rest = (timer.GetTimestamp(), time);
            }
        }

        if (isLast || rest is not null)
        {
            options.OnTrouble?.Invoke($"{provider.Name}: {failure.Message}");
        }

        return rest is not null;
    }
}
