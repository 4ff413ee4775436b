using OhlcvConnector.Application.Prices;

namespace OhlcvConnector.Prices;

/// <summary>What all sources say of one question, and what is answered.</summary>
/// <param name="request">The question.</param>
/// <param name="providers">How many sources there are.</param>
internal sealed class PriceEntry(PriceRequest request, int providers)
{
    private readonly Lock _gate = new();
    private readonly AssetPrice?[] _prices = new AssetPrice?[providers];
    private readonly ProviderAnswer[] _answers = new ProviderAnswer[providers];
    private readonly Suspect?[] _suspects = new Suspect?[providers];
    private AssetPrice? _stored;
    private AssetPrice? _shown;
    private bool _isKept = true;
    private PriceDisagreement? _disagreement;
    private ulong _version;

    /// <summary>The question.</summary>
    public PriceRequest Request => request;

    /// <summary>When somebody asked for it last, by the timer's timestamp; null for never, as what is kept from before.</summary>
    public long? AskedAt { get; set; }

    /// <summary>When all sources had been asked last, by the timer's timestamp; null for never.</summary>
    public long? RefreshedAt { get; set; }

    /// <summary>The asking that goes on; null for none.</summary>
    public Task? Refresh { get; set; }

    /// <summary>Who watches it.</summary>
    public List<PriceWatcher> Watchers { get; } = [];

    /// <summary>Whether anything is known of it, or that nothing can be.</summary>
    public bool HasAnswer
    {
        get
        {
            lock (_gate)
            {
                return _shown is not null || IsUnknown;
            }
        }
    }

    /// <summary>Whether there is a price.</summary>
    public bool HasPrice
    {
        get
        {
            lock (_gate)
            {
                return _shown is not null;
            }
        }
    }

    private bool IsUnknown => Array.TrueForAll(_answers, answer => answer == ProviderAnswer.Unknown);

    /// <summary>What a source answered, without a price.</summary>
    public void Answer(int provider, ProviderAnswer answer)
    {
        lock (_gate)
        {
            _answers[provider] = answer;
        }
    }

    /// <summary>What a source answered last.</summary>
    public ProviderAnswer AnswerOf(int provider)
    {
        lock (_gate)
        {
            return _answers[provider];
        }
    }

    /// <summary>Whether a source's changes are of this question: it has answered it with the same pair.</summary>
    public bool Follows(int provider, AssetPrice price)
    {
        lock (_gate)
        {
            return _prices[provider] is { } known && known.Quote == price.Quote && known.Symbol == price.Symbol;
        }
    }

    /// <summary>How old the price is; null without one.</summary>
    public TimeSpan? Age(DateTimeOffset now)
    {
        lock (_gate)
        {
            return AgeOf(now);
        }
    }

    /// <summary>The answer now.</summary>
    public TrackedPrice Tell(DateTimeOffset now, TimeSpan ttl)
    {
        lock (_gate)
        {
            var age = AgeOf(now);
            PriceProblem? problem = _shown is not null ? null : IsUnknown ? PriceProblem.Unknown : PriceProblem.Unavailable;
            return new TrackedPrice(request, _shown, age, age > ttl, problem, _disagreement, _version);
        }
    }

    /// <summary>Takes what a source says, unless it says something newer already or it is not to be believed.</summary>
    public Verdict Post(int provider, AssetPrice price, DateTimeOffset now, PriceRules rules)
    {
        lock (_gate)
        {
            if (PriceRules.IsImpossible(price))
            {
                return Verdict.Quarantined;
            }

            var isAhead = price.LastUpdated > now + PriceRules.ClockTolerance;
            price = price.LastUpdated > now ? price with { LastUpdated = now } : price;
            if (_prices[provider] is { } known && known.LastUpdated > price.LastUpdated && known.Quote == price.Quote)
            {
                return Verdict.Older;
            }

            if (IsSuspect(provider, price, now))
            {
                return Verdict.Quarantined;
            }

            _prices[provider] = price;
            _answers[provider] = ProviderAnswer.Price;
            var disagreed = _disagreement is not null;
            var isChanged = Compose(now, rules);
            return new Verdict(isChanged, isAhead, BeganToDisagree: !disagreed && _disagreement is not null);
        }
    }

    /// <summary>Takes what was kept, by this program before or by another.</summary>
    public void Restore(AssetPrice price, DateTimeOffset now, PriceRules rules)
    {
        lock (_gate)
        {
            if (!PriceRules.IsImpossible(price) && !(_stored?.LastUpdated >= price.LastUpdated))
            {
                var isKept = _isKept;
                _stored = price;
                Compose(now, rules);
                _isKept = isKept; // it came from there
            }
        }
    }

    /// <summary>What is to be kept, and was not yet; null for nothing.</summary>
    public AssetPrice? TakeUnkept()
    {
        lock (_gate)
        {
            var unkept = _isKept ? null : _shown;
            _isKept = true;
            return unkept;
        }
    }

    /// <summary>It could not be kept.</summary>
    public void KeepAgain()
    {
        lock (_gate)
        {
            _isKept = false;
        }
    }

    /// <summary>Puts the answer together anew, for time makes one source's price too old for another's.</summary>
    public void Recompose(DateTimeOffset now, PriceRules rules)
    {
        lock (_gate)
        {
            Compose(now, rules);
        }
    }

    private TimeSpan? AgeOf(DateTimeOffset now) => _shown is null ? null : now > _shown.LastUpdated ? now - _shown.LastUpdated : TimeSpan.Zero;

    /// <summary>Whether a price is far off all that is known; it is believed when another source agrees, or it stays so for a while.</summary>
    private bool IsSuspect(int provider, AssetPrice price, DateTimeOffset now)
    {
        var others = _prices.OfType<AssetPrice>().Where(other => PriceRules.CanCompare(other, price)).ToList();
        if (others.Count == 0 || others.Exists(other => PriceRules.IsNear(other.Price, price.Price)))
        {
            _suspects[provider] = null;
            return false;
        }

        var since = _suspects[provider] is { } before && PriceRules.IsNear(before.Price, price.Price) ? before.Since : now;
        _suspects[provider] = new Suspect(price.Price, since);
        return now - since < PriceRules.Quarantine;
    }

    private bool Compose(DateTimeOffset now, PriceRules rules)
    {
        var known = _prices.OfType<AssetPrice>().ToList();
        List<AssetPrice> all = _stored is null ? known : [.. known, _stored];
        var chosen = all.Find(price => now - price.LastUpdated <= rules.CacheTtl) ?? all.MaxBy(price => price.LastUpdated);
        if (chosen is null)
        {
            return false;
        }

        // a source that has just begun to stream says its last closed minute first; what it had said before the restart may be younger
        chosen = _stored is not null && _stored.LastUpdated > chosen.LastUpdated && _stored.LastUpdated <= now && IsOfSame(_stored, chosen) ? _stored : chosen;
        _shown = all.Where(other => !ReferenceEquals(other, chosen)).Aggregate(chosen, PriceRules.Merge);
        _disagreement = known
            .Where(other => !ReferenceEquals(other, chosen) && rules.Disagree(chosen, other, now))
            .Select(other => new PriceDisagreement(other.Source, other.Price, decimal.Round((other.Price - chosen.Price) / chosen.Price * 100, 2)))
            .MaxBy(other => Math.Abs(other.Percent));
        var version = PriceRules.VersionOf(_shown, _disagreement);
        var isChanged = version != _version;
        _version = version;
        _isKept &= !isChanged;
        return isChanged;
    }

    private static bool IsOfSame(AssetPrice one, AssetPrice other) => one.Source == other.Source && one.Quote == other.Quote;

    private sealed record Suspect(decimal Price, DateTimeOffset Since);
}

/// <summary>What a source answered.</summary>
internal enum ProviderAnswer
{
    /// <summary>It was not asked, or did not answer.</summary>
    None,

    /// <summary>It does not know the asset.</summary>
    Unknown,

    /// <summary>A price.</summary>
    Price,
}

/// <summary>What became of a price.</summary>
/// <param name="IsChanged">Whether the answer changed by it.</param>
/// <param name="IsAhead">Whether it said to be from the future.</param>
/// <param name="BeganToDisagree">Whether another source differs too much since.</param>
/// <param name="IsQuarantined">Whether it is not believed.</param>
internal readonly record struct Verdict(bool IsChanged, bool IsAhead = false, bool BeganToDisagree = false, bool IsQuarantined = false)
{
    /// <summary>It is not believed.</summary>
    public static Verdict Quarantined => new(IsChanged: false, IsQuarantined: true);

    /// <summary>Its source says something newer.</summary>
    public static Verdict Older => default;
}
