using System.Text;
using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Signals.Reading;

/// <summary>Reads the accounts of the section <c>paper</c>.</summary>
/// <param name="mistakes">What is wrong.</param>
/// <param name="text">The whole file, whose rules an account may trade by.</param>
internal readonly ref struct PaperReader(Mistakes mistakes, ReadOnlySpan<byte> text)
{
    public const string Own = "own";

    private const int MostAccounts = 100;
    private const int MostSymbols = 50;
    private const int MostLetters = 40;
    private const int MostCandles = 20_000;
    private const decimal MostMoney = 1_000_000_000_000m;

    public static readonly string[] Names = ["accounts"];

    public static readonly string[] AccountNames =
    [
        "name", "exchange", "market", "symbols", "interval", "strategy", "rules", "settings", "cash", "currency", "takerFee", "makerFee", "spread", "slippage",
        "leverage", "maintenanceMargin", "allowShort", "dailyLossLimit", "warmUp",
    ];

    private static readonly string[] Needed = ["name", "exchange", "symbols"];

    private readonly ReadOnlySpan<byte> _text = text;

    /// <summary>Reads them. The rules of the file itself are taken when nothing is wrong with the file.</summary>
    public List<PaperWish> Read(JsonValue? section)
    {
        var wishes = new List<PaperWish>();
        if (section is not { Kind: JsonValueKind.Object })
        {
            return wishes;
        }

        new Fields(section, mistakes).Know(Names);
        var accounts = section[Names[0]];
        if (accounts is { Kind: not JsonValueKind.Array } || accounts?.Items.Count > MostAccounts)
        {
            mistakes.Add(accounts, $"This is a list of at most {MostAccounts} accounts.");
            return wishes;
        }

        foreach (var item in accounts?.Items ?? [])
        {
            if (ReadAccount(item) is not { } wish)
            {
                continue;
            }

            if (wishes.Any(one => one.Name.Equals(wish.Name, StringComparison.OrdinalIgnoreCase)))
            {
                mistakes.Add(item["name"]!, $"There are two accounts '{wish.Name}'. Take another name.");
            }

            wishes.Add(wish);
        }

        return wishes;
    }

    private PaperWish? ReadAccount(JsonValue value)
    {
        if (value.Kind != JsonValueKind.Object)
        {
            mistakes.Add(value, $"An account is an object, {{ \"name\": ..., \"exchange\": ..., \"symbols\": [ ... ] }}, not {value.KindName}.");
            return null;
        }

        var before = mistakes.Count;
        var fields = new Fields(value, mistakes);
        fields.Know(AccountNames);
        foreach (var needed in Needed.Where(name => value[name] is null))
        {
            mistakes.Add(value, $"The account needs '{needed}'.");
        }

        var wish = new PaperWish
        {
            Name = Name(value) ?? "",
            Exchange = fields.Text("exchange") ?? "",
            Market = fields.Word("market", "spot", "usdm", "coinm"),
            Symbols = Symbols(value["symbols"]),
            Interval = IntervalOf(value["interval"], fields),
            Strategy = fields.Text("strategy"),
            Settings = Settings(value["settings"]),
            Cash = fields.Amount("cash", 0.00000001m, MostMoney),
            Currency = fields.Text("currency"),
            TakerFee = fields.Amount("takerFee", 0, 0.99m),
            MakerFee = fields.Amount("makerFee", -0.99m, 0.99m),
            Spread = fields.Amount("spread", 0, 0.99m),
            Slippage = fields.Amount("slippage", 0, 0.99m),
            Leverage = fields.Amount("leverage", 1, 1_000),
            MaintenanceMargin = fields.Amount("maintenanceMargin", 0, 0.99m),
            AllowShort = value["allowShort"] is null ? null : fields.Flag("allowShort"),
            DailyLossLimit = fields.Amount("dailyLossLimit", 0.00001m, 0.99m),
            WarmUp = fields.Whole("warmUp", 0, MostCandles),
        };
        var rules = fields.Word("rules", [Own, .. BuiltInSets.Names]);
        if ((wish.Strategy == "rules") != (value["rules"] is not null))
        {
            mistakes.Add(value, $"The strategy 'rules' says by which it trades, and no other does: \"rules\": \"{Own}\" for those of this file, or {string.Join(", ", BuiltInSets.Names)}.");
        }

        if (mistakes.Count > before || rules is null)
        {
            return mistakes.Count > before ? null : wish;
        }

        var named = rules != Own ? KeptRules.OfSet(rules) : mistakes.Count == 0 ? KeptRules.OfRead(Own, Encoding.UTF8.GetString(_text)) : null;
        if (named is null && mistakes.Count == 0)
        {
            mistakes.Add(value["rules"]!, "The file has no rules of its own, and no built-in set is on in it.");
        }

        return wish with { Rules = named };
    }

    private string? Name(JsonValue account)
    {
        if (account["name"] is not { } name)
        {
            return null;
        }

        if (name.Kind == JsonValueKind.String && name.Text.Length is > 0 and <= MostLetters
            && name.Text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
        {
            return name.Text;
        }

        mistakes.Add(name, $"An account's name has 1 to {MostLetters} letters, digits, - and _; this is {name.KindName}.");
        return null;
    }

    private IReadOnlyList<string> Symbols(JsonValue? list)
    {
        if (list is not null && (list.Kind != JsonValueKind.Array || list.Items.Count is 0 or > MostSymbols
            || list.Items.Exists(one => one.Kind != JsonValueKind.String || string.IsNullOrWhiteSpace(one.Text))))
        {
            mistakes.Add(list, $"These are 1 to {MostSymbols} symbols: [ \"BTCUSDT\" ].");
        }

        return [.. list?.Items.Select(one => one.Text.Trim()) ?? []];
    }

    private string? IntervalOf(JsonValue? value, Fields fields)
    {
        var text = fields.Text("interval");
        if (text is not null && !Interval.TryParse(text, out _))
        {
            mistakes.Add(value!, $"'{text}' is no interval. Write a number and a unit, such as 1m, 4h or 1d.");
        }

        return text;
    }

    private Dictionary<string, decimal>? Settings(JsonValue? value)
    {
        if (value is null)
        {
            return null;
        }

        if (value.Kind != JsonValueKind.Object)
        {
            mistakes.Add(value, $"These are parameters of the strategy, {{ \"fast\": 10 }}, not {value.KindName}.");
        }

        var fields = new Fields(value, mistakes);
        return value.Fields.ToDictionary(field => field.Name, field => fields.Amount(field.Name, -MostMoney, MostMoney) ?? 0);
    }
}
