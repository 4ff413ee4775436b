using Shouldly;

namespace OhlcvConnector.IndicatorTests.Truths;

/// <summary>Every claim of the lists holds on every row.</summary>
public class TruthTests
{
    public static TheoryData<string> Claims() => [.. AllTruths.List.Select(truth => truth.ToString())];

    [Theory]
    [MemberData(nameof(Claims))]
    public void Our_numbers_are_theirs(string claim)
    {
        var truth = AllTruths.List.Single(one => one.ToString() == claim);
        var comparison = truth.Compare();

        comparison.Compared.ShouldBeGreaterThan(0);
        comparison.OnlyOnOneSide.ShouldBe(0, comparison.ToString());
        comparison.Largest.ShouldBeLessThanOrEqualTo(truth.Allowed(), comparison.ToString());
    }
}
