namespace OhlcvConnector.Indicators;

/// <summary>
/// The last candles, for patterns of up to five of them and the ten before each. In the state: where the next goes, then open, high, low and close of each.
/// Candles that never came are zeros.
/// </summary>
internal readonly struct CandlesPart(Indicator owner)
{
    private const int Held = 16; // a power of two, no less than 5 + 10
    private const int Numbers = 4;

    private readonly int _at = owner.Claim(1 + (Held * Numbers));

    /// <summary>Takes a candle.</summary>
    /// <returns>The last candles, as the state has them now.</returns>
    public Candles Push(double[] state, in Bar bar)
    {
        var last = (int)state.Whole(_at);
        var cells = state.AsSpan(_at + 1, Held * Numbers);
        var cell = cells.Slice(last * Numbers, Numbers);
        (cell[0], cell[1], cell[2], cell[3]) = (bar.Open, bar.High, bar.Low, bar.Close);
        state.Whole(_at) = (last + 1) & (Held - 1);
        return new Candles(cells, last);
    }

    /// <summary>The last candles, counted back: 0 is the last one. Names and settings are TA-Lib's.</summary>
    internal readonly ref struct Candles(ReadOnlySpan<double> cells, int last)
    {
        private readonly ReadOnlySpan<double> _cells = cells;
        private readonly int _last = last;

        public double Open(int back) => _cells[At(back)];

        public double High(int back) => _cells[At(back) + 1];

        public double Low(int back) => _cells[At(back) + 2];

        public double Close(int back) => _cells[At(back) + 3];

        /// <summary>Returns 1 for a white candle, one that closed where it opened included; -1 for a black one.</summary>
        public int Color(int back) => Close(back) >= Open(back) ? 1 : -1;

        public bool IsWhite(int back) => Close(back) >= Open(back);

        public bool IsBlack(int back) => !IsWhite(back);

        public double Body(int back) => Math.Abs(Close(back) - Open(back));

        public double Range(int back) => High(back) - Low(back);

        /// <summary>The upper end of the body.</summary>
        public double Top(int back) => Math.Max(Open(back), Close(back));

        /// <summary>The lower end of the body.</summary>
        public double Bottom(int back) => Math.Min(Open(back), Close(back));

        public double UpperShadow(int back) => High(back) - Top(back);

        public double LowerShadow(int back) => Bottom(back) - Low(back);

        public bool IsLong(int back) => Body(back) > MeanBody(back);

        /// <summary>Returns true when a body is shorter than usual.</summary>
        public bool IsShort(int back) => Body(back) < MeanBody(back);

        /// <summary>Returns true when a body is no longer than usual: of stars and inside candles.</summary>
        public bool IsSmall(int back) => Body(back) <= MeanBody(back);

        public bool IsDoji(int back) => Body(back) <= MeanDoji(back);

        public bool HasNoUpperShadow(int back) => UpperShadow(back) < VeryShort(back);

        public bool HasNoLowerShadow(int back) => LowerShadow(back) < VeryShort(back);

        public bool HasUpperShadow(int back) => UpperShadow(back) > VeryShort(back);

        public bool HasLowerShadow(int back) => LowerShadow(back) > VeryShort(back);

        public bool HasLongUpperShadow(int back) => UpperShadow(back) > Body(back);

        public bool HasLongLowerShadow(int back) => LowerShadow(back) > Body(back);

        public bool HasVeryLongUpperShadow(int back) => UpperShadow(back) > 2 * Body(back);

        public bool HasVeryLongLowerShadow(int back) => LowerShadow(back) > 2 * Body(back);

        /// <summary>The limit of a short shadow: half the mean of both shadows together.</summary>
        public double ShortShadow(int back)
        {
            var sum = 0.0;
            for (var one = back + 10; one > back; one--)
            {
                sum += Range(one) - Body(one);
            }

            return sum / 10 / 2;
        }

        public double Near(int back) => 0.2 * MeanRange(back, 5);

        public double Far(int back) => 0.6 * MeanRange(back, 5);

        public double Equality(int back) => 0.05 * MeanRange(back, 5);

        /// <summary>Returns true when a price is as good as that of a candle, by how much candles before it moved.</summary>
        public bool AreEqual(double price, double other, int back) => price <= other + Equality(back) && price >= other - Equality(back);

        public bool GapsUp(int back, int before) => Bottom(back) > Top(before);

        public bool GapsDown(int back, int before) => Top(back) < Bottom(before);

        public bool JumpsUp(int back, int before) => Low(back) > High(before);

        public bool JumpsDown(int back, int before) => High(back) < Low(before);

        /// <summary>The limit of a body that is none.</summary>
        public double MeanDoji(int back) => 0.1 * MeanRange(back, 10);

        private double VeryShort(int back) => 0.1 * MeanRange(back, 10);

        private double MeanBody(int back)
        {
            var sum = 0.0;
            for (var one = back + 10; one > back; one--)
            {
                sum += Body(one);
            }

            return sum / 10;
        }

        private double MeanRange(int back, int candles)
        {
            var sum = 0.0;
            for (var one = back + candles; one > back; one--)
            {
                sum += Range(one);
            }

            return sum / candles;
        }

        private int At(int back) => ((_last - back) & (Held - 1)) * Numbers;
    }
}
