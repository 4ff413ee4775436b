using System.Text.Json;
using OhlcvConnector.Signals;
using OhlcvConnector.Signals.Reading;
using Shouldly;

namespace OhlcvConnector.SignalTests;

/// <summary>The shipped schema knows the fields that the reader knows.</summary>
public class SchemaTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(TradingConfig.Schema).RootElement;

    [Fact]
    public void Fields_of_the_file_are_those_that_are_read() => Names(Schema.GetProperty("anyOf")[1]).ShouldBe(TradingConfig.Names, ignoreOrder: true);

    [Fact]
    public void Fields_of_a_rule_are_those_that_are_read() => Names(Schema.GetProperty("$defs").GetProperty("rule")).ShouldBe(RuleReader.Names,
        ignoreOrder: true);

    [Fact]
    public void Sets_and_groups_are_those_that_there_are()
    {
        Schema.GetProperty("anyOf")[1].GetProperty("properties").GetProperty("sets").GetProperty("anyOf")[0].GetProperty("enum").EnumerateArray().Select(one => one.GetString())
            .ShouldBe(BuiltInSets.Names);
        Names(Schema.GetProperty("$defs").GetProperty("weights")).ShouldBe(ScoreDefaults.GroupNames);
    }

    [Fact]
    public void Fields_of_the_limits_are_those_that_are_read() =>
        Names(Schema.GetProperty("anyOf")[1].GetProperty("properties").GetProperty("limits")).ShouldBe(TradingConfig.LimitNames);

    [Fact]
    public void Fields_of_paper_accounts_are_those_that_are_read()
    {
        Names(Schema.GetProperty("anyOf")[1].GetProperty("properties").GetProperty("paper")).ShouldBe(PaperReader.Names);
        var account = Schema.GetProperty("$defs").GetProperty("account");

        Names(account).ShouldBe(PaperReader.AccountNames);
        account.GetProperty("properties").GetProperty("rules").GetProperty("enum").EnumerateArray().Select(one => one.GetString()).ShouldBe(
            BuiltInSets.Names.Prepend(PaperReader.Own));
    }

    private static IEnumerable<string> Names(JsonElement type) => type.GetProperty("properties").EnumerateObject().Select(property => property.Name);
}
