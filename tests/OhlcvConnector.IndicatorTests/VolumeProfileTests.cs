using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.IndicatorTests.Truths;
using Shouldly;

namespace OhlcvConnector.IndicatorTests;

public class VolumeProfileTests
{
    [Fact]
    public void The_value_area_is_the_CBOT_s_example()
    {
        var profile = new VolumeProfile(1, VolumeSpread.AtClose);
        Trade(profile, (105, 70), (106, 150), (107, 90), (108, 80), (109, 50), (104, 60), (103, 54)); // 554, of which 70 % are 388

        var area = profile.ValueArea().ShouldNotBeNull();

        (area.Control.Low, area.Low, area.High, area.Volume).ShouldBe((106, 105, 109, 390)); // rows 105 to 108
        profile.Volume.ShouldBe(554);
    }

    [Fact]
    public void It_equals_LEAN_s_over_three_candles()
    {
        var table = Table.Csv("lean/vp_datatest.csv");
        var bars = table.Bars();
        var (pocs, volumes, highs, lows, shares) =
            (table.Column("POCPrice"), table.Column("POCVolume"), table.Column("VAH"), table.Column("VAL"), table.Column("VA"));
        var rolling = new RollingVolumeProfile(3, 0.05, VolumeSpread.AtClose);
        var compared = 0;
        for (var index = 0; index < bars.Length; index++)
        {
            rolling.Add(bars[index]);
            if (double.IsNaN(pocs[index]))
            {
                continue;
            }

            var area = rolling.Profile.ValueArea().ShouldNotBeNull();
            area.Control.High.ShouldBe(pocs[index], 1e-9); // LEAN names a row by its upper end
            area.Control.Volume.ShouldBe(volumes[index], 1e-6);
            area.High.ShouldBe(highs[index], 1e-9, $"row {index}");
            (area.Low + 0.05).ShouldBe(lows[index], 1e-9, $"row {index}");
            (0.7 * rolling.Profile.Volume).ShouldBe(shares[index], 1e-6);
            compared++;
        }

        compared.ShouldBe(19);
    }

    [Fact]
    public void A_candle_s_volume_is_spread_evenly_over_its_range()
    {
        var profile = new VolumeProfile(1);
        profile.Add(new Bar(0, 10.5, 13, 10.5, 12, 10), buy: 5);

        profile.Rows.Select(row => (row.Low, row.Volume, row.Buy, row.Sell)).ShouldBe([(10, 2, 1, 1), (11, 4, 2, 2), (12, 4, 2, 2)]);
        (profile.Volume, profile.Buy, profile.Sell).ShouldBe((10, 5, 5));
        var typical = new VolumeProfile(1, VolumeSpread.AtTypical);
        typical.Add(new Bar(0, 10, 13, 10, 13, 10));

        typical.Rows.Single().Low.ShouldBe(12);
    }

    [Fact]
    public void A_candle_without_a_range_is_all_in_its_row_and_prices_on_an_edge_are_in_the_upper_one()
    {
        var profile = new VolumeProfile(0.05);

        profile.Add(Price(135.35, 3)).ShouldBeTrue(); // 135.35 / 0.05 is 2706.9999999999995

        profile.Rows.Single().Low.ShouldBe(135.35, 1e-9);
        profile.Rows.Single().Volume.ShouldBe(3);
    }

    [Fact]
    public void Rows_by_count_cover_the_range_to_its_top()
    {
        var profile = VolumeProfile.Of([Price(10, 1), Price(20, 2), Price(15, 4), new Bar(0, 10, 20, 10, 10, 8)], 4);

        profile.Rows.Select(row => row.Volume).ShouldBe([3, 2, 6, 4]);
        profile.Rows[^1].High.ShouldBe(20);
        VolumeProfile.Of([Price(7, 1), Price(7, 2)], 4).Rows.Single().Volume.ShouldBe(3);
        VolumeProfile.Of([], 4).ValueArea().ShouldBeNull();
    }

    [Fact]
    public void Rolling_leaves_nothing_behind()
    {
        var bars = Bars.Hostile(800).Select(bar => bar with { Close = Math.Clamp(bar.Close, bar.Low, bar.High) }).Where(bar => bar.High < 1e5).ToArray();
        var rolling = new RollingVolumeProfile(20, 0.5);
        foreach (var bar in bars)
        {
            rolling.Add(bar).ShouldBeTrue();
        }

        var expected = new VolumeProfile(0.5);
        foreach (var bar in bars[^20..])
        {
            expected.Add(bar);
        }

        ShouldBeSame(rolling.Profile, expected);
        rolling.Profile.Count.ShouldBe(20);
    }

    [Fact]
    public void Merged_profiles_are_the_profile_of_all()
    {
        var bars = Bars.Walk(300);
        var (whole, one, other) = (new VolumeProfile(0.1), new VolumeProfile(0.1), new VolumeProfile(0.1));
        for (var index = 0; index < bars.Length; index++)
        {
            whole.Add(bars[index]);
            (index < 100 ? one : other).Add(bars[index]);
        }

        one.Merge(other);

        ShouldBeSame(one, whole);
        whole.Volume.ShouldBe(bars.Sum(bar => bar.Volume), 1e-6);
        Should.Throw<InvalidSettingException>(() => one.Merge(new VolumeProfile(0.2)));
    }

    [Fact]
    public void Sessions_begin_anew_and_the_one_before_is_kept()
    {
        var sessions = new SessionVolumeProfile(1);
        const long day = 86_400_000;

        sessions.Add(Price(10, 1) with { OpenMs = day }).ShouldBeTrue();
        sessions.Add(Price(10, 2) with { OpenMs = (2 * day) - 1 });

        sessions.Before.ShouldBeNull();
        sessions.Add(Price(11, 4) with { OpenMs = 2 * day });

        sessions.Before.ShouldNotBeNull().Volume.ShouldBe(3);
        sessions.Profile.Volume.ShouldBe(4);
        sessions.Start.ShouldBe(DateTimeOffset.UnixEpoch.AddDays(2));
        sessions.Add(Price(10, 1) with { OpenMs = day }).ShouldBeFalse();
    }

    [Fact]
    public void Ties_and_pairs_are_as_chosen()
    {
        var profile = new VolumeProfile(1, VolumeSpread.AtClose);
        Trade(profile, (1, 5), (2, 5), (3, 10), (4, 5), (5, 1), (6, 14), (7, 6), (8, 6));

        Area(0.3, false).ShouldBe((6, 8, 20)); // 14, then 6 above against 1 below
        Area(0.5, true).ShouldBe((6, 9, 26)); // 14, then 12 above against 6 below
        profile.ValueArea(1)!.Value.Volume.ShouldBe(52);
        Should.Throw<InvalidSettingException>(() => profile.ValueArea(0));

        var even = new VolumeProfile(1, VolumeSpread.AtClose);
        Trade(even, (1, 2), (2, 4), (3, 2));

        even.ValueArea()!.Value.High.ShouldBe(4);
        even.ValueArea(tiesGoDown: true)!.Value.Low.ShouldBe(1);

        var flat = new VolumeProfile(1, VolumeSpread.AtClose);
        Trade(flat, (1, 2), (2, 2), (3, 2), (4, 2));

        flat.ValueArea()!.Value.Control.Low.ShouldBe(2); // of equal ones the nearest to the middle, then the lower

        (double, double, double) Area(double share, bool inPairs)
        {
            var area = profile.ValueArea(share, inPairs)!.Value;
            return (area.Low, area.High, area.Volume);
        }
    }

    [Fact]
    public void Nodes_stand_out_of_their_neighbours()
    {
        var profile = new VolumeProfile(1, VolumeSpread.AtClose);
        Trade(profile, (1, 5), (2, 9), (3, 5), (4, 1), (5, 3), (6, 3), (7, 12));

        profile.HighNodes(1).Select(row => row.Low).ShouldBe([2, 7]);
        profile.LowNodes(1).Select(row => row.Low).ShouldBe([4]);
    }

    [Fact]
    public void What_is_no_candle_is_refused_and_counted()
    {
        var profile = new VolumeProfile(1);

        profile.Add(Price(1, double.NaN)).ShouldBeFalse();
        profile.Add(Price(double.NaN, 1)).ShouldBeFalse();
        profile.Add(Price(1, -1)).ShouldBeFalse();
        profile.Add(new Bar(0, 1, 1, 2, 1, 1)).ShouldBeFalse();
        profile.Add(Price(1, 1), buy: 2).ShouldBeFalse();
        profile.Add(new Bar(0, 1, 1e7, 1, 1, 1)).ShouldBeFalse(); // more rows than there can be
        profile.Remove(Price(1, 1)).ShouldBeFalse();

        (profile.Refused, profile.Count, profile.Rows.Count).ShouldBe((7, 0, 0));
        Should.Throw<InvalidSettingException>(() => new VolumeProfile(0));
        Should.Throw<InvalidSettingException>(() => VolumeProfile.Of([], 0));
    }

    private static void ShouldBeSame(VolumeProfile actual, VolumeProfile expected)
    {
        var (rows, others) = (actual.Rows, expected.Rows);

        rows.Select(row => row.Low).ShouldBe(others.Select(row => row.Low));
        for (var index = 0; index < rows.Count; index++)
        {
            rows[index].Volume.ShouldBe(others[index].Volume, 1e-9 * expected.Volume);
        }
    }

    private static void Trade(VolumeProfile profile, params (double Price, double Volume)[] trades)
    {
        foreach (var (price, volume) in trades)
        {
            profile.Add(Price(price, volume));
        }
    }

    private static Bar Price(double price, double volume) => new(0, price, price, price, price, volume);
}
